import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../../lambdas/api/operation.ts';
import { operations } from '../../../lambdas/api/operations.ts';
import { type Route, type RouteKey, routes } from '../../../lambdas/routes.ts';
import { SCOPES } from '../../../testing/oauth-flow.ts';
import { startStack, type TestStack } from '../../../testing/stack.ts';
import { send, startPulling } from '../../support/pulling.ts';

type Key = Exclude<RouteKey, '$default'>;

/** The value for each `{parameter}` of a path, by the path up to it. */
const world: Record<string, string> = {};
let stack: TestStack;

beforeAll(async () => {
  stack = await startStack();
  const { api, workspaceId, project, ready } = await startPulling(stack, 'auth0|owner');
  const [feature] = await ready('Everybody wants this');
  for (const sub of ['auth0|member', 'machine@clients']) {
    await send(stack, 'PUT', `/workspaces/${workspaceId}/members/${encodeURIComponent(sub)}`, {
      token: await stack.token('auth0|owner', SCOPES),
    });
    const token = await stack.token(sub, 'workspaces:read');
    await send(stack, 'PUT', `/workspaces/${workspaceId}/membership`, { token });
  }
  const history = await api.get<{ items: { id: string }[] }>(`/workspaces/${workspaceId}/history`);
  Object.assign(world, {
    '/workspaces/{id}': workspaceId,
    '/workspaces/{id}/members/{sub}': 'auth0|somebody',
    '/workspaces/{id}/history/{historyId}': history.items[0]?.id,
    '/projects/{id}': project.id,
    '/projects/by-linear-project/{linearProjectId}': project.linearProjectId,
    '/features/{id}': feature?.id,
    '/features/by-linear-issue/{linearIssueId}': feature?.linearIssueId,
    '/connect/{link}': 'no-such-link',
  });
}, 120_000);
afterAll(() => stack?.stop());

const pathOf = (key: Key): string => {
  const template = key.split(' ')[1] ?? '';
  let path = template;
  for (const [parameter] of template.matchAll(/\{\w+\}/g)) {
    const value = world[template.slice(0, template.indexOf(parameter) + parameter.length)];
    if (!value) throw new Error(`Add a value for ${parameter} of ${template} to \`world\`.`);
    path = path.replace(parameter, encodeURIComponent(value));
  }
  const query = key === 'GET /projects' ? `?workspaceId=${world['/workspaces/{id}']}` : '';
  return `${path}${query}`;
};

/** A body that the route accepts, if it takes one. */
const bodyOf = (key: Key): unknown => {
  const examples: Record<Exclude<Operation['body'], undefined>, unknown> = {
    WorkspaceChanges: { settings: { reconcileMinutes: 7 } },
    NewOwner: { sub: 'auth0|owner' },
    ProjectChanges: { status: 'active' },
    IssueToImport: {
      projectId: world['/projects/{id}'],
      linearIssueId: world['/features/by-linear-issue/{linearIssueId}'],
    },
    StatusReport: { status: 'in_progress', runId: 'matrix' },
    Release: { runId: 'matrix' },
    Linear: {},
  };
  const { body } = operations[key];
  return body && examples[body];
};

/** Only the owner decides who belongs to a workspace and whether it is connected. */
const forTheOwner: Key[] = [
  'DELETE /workspaces/{id}/connection',
  'GET /workspaces/{id}/members',
  'PUT /workspaces/{id}/owner',
  'PUT /workspaces/{id}/members/{sub}',
  'DELETE /workspaces/{id}/members/{sub}',
];
/** Strangers may use these routes, which are about the caller. */
const forAnybody: Partial<Record<Key, number>> = {
  'GET /workspaces': 200,
  'POST /workspaces/connect-links': 201,
};

// The route that ends the connection comes late, and the one that ends a membership comes last.
const last = ['DELETE /workspaces/{id}/connection', 'DELETE /workspaces/{id}/membership'];
const keys = (Object.keys(routes).filter((key) => key !== '$default') as Key[]).sort(
  (one, other) => last.indexOf(one) - last.indexOf(other),
);
const secured = keys.filter((key) => routes[key].scope !== 'public');
const open = keys.filter((key) => routes[key].scope === 'public');

const call = async (key: Key, token?: string) => {
  const [method = ''] = key.split(' ');
  const body = bodyOf(key);
  return send(stack, method, pathOf(key), {
    ...(token === undefined ? {} : { token }),
    ...(body === undefined ? {} : { body }),
  });
};

describe.each(secured)('%s', (key) => {
  const { scope }: Route = routes[key];
  const successes = Object.keys(operations[key].answers).map(Number);
  /** 409: because of the state that an earlier caller left behind. */
  const served = operations[key].conflict ? [...successes, 409] : successes;

  test('refuses callers without a token or with an invalid one', async () => {
    for (const token of [undefined, '', 'not.a.token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhdXRoMHxvd25lciJ9.']) {
      const { status, headers } = await call(key, token);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  test('refuses a token that has every scope except the one of the route', async () => {
    const others = SCOPES.split(' ').filter((each) => each !== scope);
    expect(others).toHaveLength(3);
    expect((await call(key, await stack.token('auth0|owner', others.join(' ')))).status).toBe(403);
  });

  test('shows a stranger nothing', async () => {
    const { status, body } = await call(key, await stack.token('auth0|stranger', SCOPES));
    expect(status).toBe(forAnybody[key] ?? 404);
    expect(JSON.stringify(body)).not.toContain('auth0|owner');
  });

  test.each(['auth0|member', 'machine@clients'])('serves %s', async (sub) => {
    const { status } = await call(key, await stack.token(sub, scope));
    if (forTheOwner.includes(key)) expect(status).toBe(403);
    else expect(served).toContain(status);
  });

  test('serves the owner', async () => {
    expect(served).toContain((await call(key, await stack.token('auth0|owner', scope))).status);
  });
});

test.each(open)('%s needs no token', async (key) => {
  const { status, headers } = await call(key);
  expect(status).toBeLessThan(500);
  expect(headers.get('www-authenticate')).toBeNull();
});
