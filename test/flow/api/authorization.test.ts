import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../../lambdas/api/operation.ts';
import { operations } from '../../../lambdas/api/operations.ts';
import { type Route, type RouteKey, routes } from '../../../lambdas/routes.ts';
import { bindIssue } from '../../../testing/bound-issue.ts';
import { SCOPES } from '../../../testing/oauth-flow.ts';
import { pageOf, siteOf, startPlanning } from '../../../testing/planning.ts';
import { shortName, startStack, type TestStack } from '../../../testing/stack.ts';
import { addOrganization, type Feature, send, startPulling } from '../../support/pulling.ts';

type Key = Exclude<RouteKey, '$default'>;

/** The value for each `{parameter}` of a path, by the path up to it. */
type Ids = Record<string, string>;
/** Those of what belongs to the caller. */
let world: Ids;
let stack: TestStack;
type Tenant = Awaited<ReturnType<typeof startPulling>>;
let mine: Tenant;
let theirs: Tenant;
/** Of the owner of `mine`, with all scopes. */
let token: string;

beforeAll(async () => {
  stack = await startStack({ confluence: 'local' });
  theirs = await startPulling(stack, 'auth0|theirs', await addOrganization(stack, 'Theirs'));
  await theirs.human.advanceClock(61_000);
  mine = await startPulling(stack, 'auth0|owner');
  token = await stack.token('auth0|owner', SCOPES);
  const { workspaceId, ready } = mine;
  const [feature] = await ready('Everybody wants this');
  for (const sub of ['auth0|member', 'machine@clients']) {
    await send(stack, 'PUT', `/workspaces/${workspaceId}/members/${encodeURIComponent(sub)}`, {
      token,
    });
    const own = await stack.token(sub, 'workspaces:read');
    await send(stack, 'PUT', `/workspaces/${workspaceId}/membership`, { token: own });
  }
  if (!feature) throw new Error('There is no feature.');
  world = await idsOf(mine, 'auth0|owner', feature);
}, 120_000);
afterAll(() => stack?.stop());

const idsOf = async ({ api, workspaceId, project }: Tenant, sub: string, feature: Feature): Promise<Ids> => {
  const history = await api.get<{ items: { id: string }[] }>(`/workspaces/${workspaceId}/history`);
  const plan = await startPlanning(stack, { sub, workspaceId, projectId: project.id });
  const [item] = await plan.items();
  const bound = { workspaceId, sessionId: plan.id, itemId: item?.id ?? '' };
  await bindIssue(stack, bound, { id: feature.linearIssueId });
  return {
    '/workspaces/{id}': workspaceId,
    '/workspaces/{id}/members/{sub}': 'auth0|somebody',
    '/workspaces/{id}/history/{historyId}': String(history.items[0]?.id),
    '/workspaces/{id}/linear-issues/{linearIssueId}': feature.linearIssueId,
    '/planning-sessions/{id}': plan.id,
    '/planning-sessions/{id}/items/{itemId}': item?.id ?? '',
    '/projects/{id}': project.id,
    '/projects/by-linear-project/{linearProjectId}': project.linearProjectId,
    '/features/{id}': feature.id,
    '/features/by-linear-issue/{linearIssueId}': feature.linearIssueId,
    '/connect/{link}': 'no-such-link',
  };
};

const pathOf = (key: Key, ids: Ids): string => {
  const template = key.split(' ')[1] ?? '';
  let path = template;
  for (const [parameter] of template.matchAll(/\{\w+\}/g)) {
    const value = ids[template.slice(0, template.indexOf(parameter) + parameter.length)];
    if (!value) throw new Error(`Add a value for ${parameter} of ${template} to \`idsOf\`.`);
    path = path.replace(parameter, encodeURIComponent(value));
  }
  const query = key === 'GET /projects' ? `?workspaceId=${ids['/workspaces/{id}']}` : '';
  return `${path}${query}`;
};

/** A body that the route accepts, if it takes one. */
const bodyOf = (key: Key, ids: Ids): object | undefined => {
  const examples: Record<Exclude<Operation['body'], undefined>, object> = {
    WorkspaceChanges: { settings: { reconcileMinutes: 7 } },
    NewOwner: { sub: 'auth0|owner' },
    ProjectChanges: { status: 'active' },
    IssueToImport: {
      projectId: ids['/projects/{id}'],
      linearIssueId: ids['/features/by-linear-issue/{linearIssueId}'],
    },
    StatusReport: { status: 'in_progress', runId: 'matrix' },
    Release: { runId: 'matrix' },
    SiteToConnect: siteOf(stack),
    SessionToCreate: { confluencePageUrl: pageOf(stack), projectId: ids['/projects/{id}'] },
    SessionChanges: { despiteVeto: false },
    ItemDecision: { ignored: false },
    Linear: {},
  };
  const { body } = operations[key];
  return body ? examples[body] : undefined;
};

/** Only the owner decides who belongs to a workspace and whether it is connected. */
const forTheOwner: Key[] = [
  'PUT /workspaces/{id}/confluence',
  'DELETE /workspaces/{id}/confluence',
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

// The routes that end connections come late, and the one that ends a membership comes last.
const last = [
  'DELETE /workspaces/{id}/confluence',
  'DELETE /workspaces/{id}/connection',
  'DELETE /workspaces/{id}/membership',
];
const keys = (Object.keys(routes).filter((key) => key !== '$default') as Key[]).sort(
  (one, other) => last.indexOf(one) - last.indexOf(other),
);
const secured = keys.filter((key) => routes[key].scope !== 'public');
const open = keys.filter((key) => routes[key].scope === 'public');

const call = async (key: Key, of?: string, ids: Ids = world) => {
  const [method = ''] = key.split(' ');
  const body = bodyOf(key, ids);
  return send(stack, method, pathOf(key, ids), {
    ...(of === undefined ? {} : { token: of }),
    ...(body === undefined ? {} : { body }),
  });
};

describe('what belongs to another tenant', () => {
  /** Every call that names something of theirs: each route, and those where one id may be the caller's own. */
  const callsWith = (ids: Ids): [Key, Ids][] => [
    ...secured.filter((key) => !(key in forAnybody)).map((key): [Key, Ids] => [key, ids]),
    ['GET /workspaces/{id}/history/{historyId}', { ...ids, '/workspaces/{id}': mine.workspaceId }],
    ['GET /workspaces/{id}/linear-issues/{linearIssueId}', { ...ids, '/workspaces/{id}': mine.workspaceId }],
    ['POST /features/from-linear', { ...ids, '/projects/{id}': mine.project.id }],
  ];
  type Answered = { call: string; status: number; said: object; reads: string[] };
  /** The DynamoDB reads of the API. Equal reads take equal time, which gives nothing away. */
  const apiReads = () =>
    stack.wire
      .take()
      .filter(({ caller }) => shortName(caller) === 'Api')
      .map(({ action, table, index = '' }) => `${action} ${shortName(table)} ${index}`.trim())
      .sort();
  const answersTo = async (ids: Ids): Promise<Answered[]> => {
    // Opens the token of the caller's own workspace now, so that no later call has to.
    await send(stack, 'GET', `/workspaces/${mine.workspaceId}/linear/teams`, { token });
    const answers: Answered[] = [];
    for (const [key, of] of callsWith(ids)) {
      stack.wire.take();
      const answer = await call(key, token, of);
      const { requestId: _, ...said } = answer.body as Record<string, unknown>;
      answers.push({ call: key, status: answer.status, said, reads: apiReads() });
    }
    return answers;
  };
  const bare = (answers: Answered[]) => answers.map(({ call: _, ...rest }) => rest);

  test('is a 404 wherever its ids are used, with the same answer and the same reads as an id that does not exist', async () => {
    const { workspaceId, project, other } = theirs;
    const lists = await Promise.all(
      [project, other].map(({ id }) => theirs.api.get<{ items: Feature[] }>(`/projects/${id}/features`)),
    );
    const [feature] = lists.flatMap(({ items }) => items) as [Feature];
    const ids = await idsOf(theirs, 'auth0|theirs', feature);
    const paths = ['workspaces', 'projects', 'features'].map(
      (of, index) => `/${of}/${[workspaceId, project.id, feature.id][index]}`,
    );
    const seen = () => Promise.all([...paths, `${paths[0]}/history`].map((path) => theirs.api.get(path)));
    const before = await seen();
    const answers = await answersTo(ids);
    expect(answers.filter(({ status }) => status !== 404)).toEqual([]);
    expect(JSON.stringify(answers)).not.toContain('Theirs');
    const none = '0'.repeat(26);
    const uuid = '00000000-0000-4000-a000-000000000000';
    const unknown = await answersTo(
      Object.fromEntries(Object.keys(ids).map((path) => [path, /\{(linear\w+)\}/.test(path) ? uuid : none])),
    );
    expect(bare(unknown)).toEqual(bare(answers));
    expect(await seen()).toEqual(before);
  });

  test('cannot be reached with a cursor, because a cursor is bound to its list', async () => {
    type Page = { nextCursor?: string };
    const ofTheirs = await theirs.api.get<Page>(`/projects?workspaceId=${theirs.workspaceId}&limit=1`);
    const ofMine = await mine.api.get<Page>(`/projects?workspaceId=${mine.workspaceId}&limit=1`);
    const cursor = ofMine.nextCursor ?? '';
    expect(ofTheirs.nextCursor).toBeDefined();
    const decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as { of: string; key: object };
    const coded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wrong = [
      String(ofTheirs.nextCursor),
      coded({ ...decoded, key: { ...decoded.key, workspaceId: theirs.workspaceId } }),
      coded({ ...decoded, key: { ...decoded.key, more: 'x' } }),
      coded({ ...decoded, key: {} }),
      coded({ ...decoded, of: '__proto__' }),
      cursor.slice(0, -4),
      'e30',
      'AAAA',
      '../../',
      'x'.repeat(5_000),
    ];
    for (const each of wrong) {
      const path = `/projects?workspaceId=${mine.workspaceId}&limit=1&cursor=${encodeURIComponent(each)}`;
      expect([each, (await send(stack, 'GET', path, { token })).status]).toEqual([each, 400]);
    }
  });
});

describe.each(secured)('%s', (key) => {
  const { scope }: Route = routes[key];
  const successes = Object.keys(operations[key].answers).map(Number);
  /** 409: because of the state that an earlier caller left behind. */
  const served = operations[key].conflict ? [...successes, 409] : successes;

  test('refuses callers without a token or with an invalid one', async () => {
    for (const none of [undefined, '', 'not.a.token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhdXRoMHxvd25lciJ9.']) {
      const { status, headers } = await call(key, none);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('Bearer');
    }
  });

  test('refuses a token that has every scope except the one of the route', async () => {
    const others = SCOPES.split(' ').filter((each) => each !== scope);
    expect(others).toHaveLength(SCOPES.split(' ').length - 1);
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
