import { describe, expect, test } from 'vitest';
import { openapiDocument } from '../../../lambdas/api/openapi.ts';
import { routes } from '../../../lambdas/routes.ts';
import { unreadyReasons } from '../../../shared/domain/features/readiness.ts';
import { deviation } from '../../../testing/openapi.ts';

const document = openapiDocument();
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    key: `${method.toUpperCase()} ${path}`,
    operation,
  })),
);

describe('the OpenAPI document', () => {
  test('has every route with its scope, and no other route', () => {
    const securities = Object.fromEntries(operations.map(({ key, operation }) => [key, operation.security]));
    const wanted = Object.entries(routes)
      .filter(([key]) => key !== '$default')
      .map(([key, { scope }]) => [key, scope === 'public' ? [] : [{ jwt: [scope] }]]);
    expect(securities).toEqual(Object.fromEntries(wanted));
  });

  test('contains everything that it refers to', () => {
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)];
    expect(referred.length).toBeGreaterThan(30);
    for (const [, kind = '', name = ''] of referred)
      expect(document.components[kind as 'schemas']).toHaveProperty(name);
    expect(text).not.toContain('$defs');
  });

  test('describes a status report with the schema that reports are validated with', () => {
    expect(document.components.schemas.StatusReport?.oneOf).toHaveLength(4);
    expect(document.paths['/features/{id}/status']?.patch).toMatchObject({
      requestBody: {
        content: { 'application/json': { schema: { $ref: '#/components/schemas/StatusReport' } } },
      },
    });
  });
});

test('the OpenAPI document explains every reason why a feature is not ready, in order of precedence', () => {
  const { properties } = document.components.schemas.Feature as {
    properties: { reason: { enum: string[]; description: string } };
  };
  const explained = [...properties.reason.description.matchAll(/^- `(\w+)`: [A-Z].*\.$/gm)];
  expect(explained.map(([, reason]) => reason)).toEqual(unreadyReasons);
  expect(properties.reason.enum).toEqual(unreadyReasons);
});

describe('the check of an answer against the document', () => {
  const history = {
    workspaceId: 'w',
    id: 'h',
    kind: 'sync',
    outcome: 'done',
    startedAt: '2026-11-02T10:00:00.000Z',
    counts: {},
    errors: [],
  };
  const request = { method: 'GET', path: '/workspaces/w/history/h' };
  const answer = (body: object, status = 200, type = 'application/json') =>
    deviation(request, { status, type, text: JSON.stringify(body) });
  const problem = { type: 'about:blank', title: 'T', status: 404, detail: 'D', requestId: 'R' };

  test('accepts an answer that conforms', () => {
    expect(answer(history)).toBeUndefined();
    expect(answer(problem, 404, 'application/problem+json')).toBeUndefined();
    expect(answer({ message: 'Unauthorized' }, 401)).toBeUndefined();
  });

  test('finds an additional field, a missing field and a field of another type', () => {
    expect(answer({ ...history, sealedTokens: 'x' })).toContain('additional');
    expect(answer({ ...history, outcome: 'perhaps' })).toContain('outcome');
    expect(answer({ ...history, id: undefined })).toContain('id');
    expect(answer({ ...history, startedAt: 'yesterday' })).toContain('date-time');
  });

  test('finds another status, another media type and a problem without a requestId', () => {
    expect(answer(history, 202)).toContain('no such status');
    expect(answer(history, 200, 'text/html')).toContain('text/html');
    expect(answer({ ...problem, requestId: undefined }, 404, 'application/problem+json')).toContain(
      'requestId',
    );
  });
});
