import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openapiDocument } from '../../../lambdas/api/openapi.ts';
import { until } from '../../../local/walk/walk-clients.ts';
import { bindIssue } from '../../../testing/bound-issue.ts';
import { SCOPES } from '../../../testing/oauth-flow.ts';
import { startStack, type TestStack } from '../../../testing/stack.ts';
import { addOrganization, type Feature, send, startPulling } from '../../support/pulling.ts';

type Claimed = Feature & { runId: string; leaseUntil: string; description: string };
type Problem = {
  status: number;
  title: string;
  detail: string;
  requestId: string;
  errors?: { field: string }[];
};
type Page = { items: Record<string, unknown>[]; nextCursor?: string };

let stack: TestStack;
let pulling: Awaited<ReturnType<typeof startPulling>>;
let token: string;

beforeAll(async () => {
  stack = await startStack();
  token = await stack.token('auth0|owner', SCOPES);
  pulling = await startPulling(stack, 'auth0|owner');
  await pulling.ready('First');
  await until("the features of the local Linear's first issues to be finished", async () => {
    for (let each = await claim(); each.status === 200; each = await claim()) {
      const { id, runId } = each.body as Claimed;
      await report(id, { status: 'passing', runId });
    }
    const { body } = await call('GET', `/projects/${pulling.project.id}/features`);
    return (body as { items: Feature[] }).items.every(({ status }) => status === 'passing') || undefined;
  });
}, 120_000);
afterAll(() => stack?.stop());

const call = (method: string, path: string, body?: unknown) =>
  send(stack, method, path, { token, ...(body === undefined ? {} : { body }) });
const claim = () => call('POST', `/projects/${pulling.project.id}/features/claim`);
const claimed = async (): Promise<Claimed> => {
  const { status, body } = await claim();
  expect(status).toBe(200);
  return body as Claimed;
};
const report = (id: string, body: object) => call('PATCH', `/features/${id}/status`, body);
const release = (id: string, runId: string) => call('POST', `/features/${id}/release`, { runId });
const detailOf = ({ body }: { body: unknown }) => (body as Problem).detail;
const changeSettings = async (workspaceId: string, settings: object) =>
  expect((await call('PATCH', `/workspaces/${workspaceId}`, { settings })).status).toBe(200);

describe('a claim', () => {
  test('hands out each feature once, and hands out a released one again', async () => {
    await pulling.ready('One', 'Two');
    const [first, second] = await Promise.all([claimed(), claimed()]);
    expect(first.id).not.toBe(second.id);
    expect(first).toMatchObject({ status: 'in_progress', ready: false, description: expect.any(String) });
    expect(Date.parse(first.leaseUntil)).toBeGreaterThan(Date.now());
    expect((await claim()).status).toBe(204);

    expect((await release(first.id, second.runId)).status).toBe(409);
    expect((await release(first.id, first.runId)).body).toMatchObject({ status: 'pending', ready: true });
    const again = await claimed();
    expect(again.id).toBe(first.id);
    expect(again.runId).not.toBe(first.runId);
    for (const { id, runId } of [again, second])
      expect((await report(id, { status: 'passing', runId })).status).toBe(200);
    expect((await release(again.id, again.runId)).status).toBe(409);
    expect((await claim()).status).toBe(204);
  });

  test('moves the issue to a started state in Linear', async () => {
    await pulling.ready('Started');
    const { linearIssueId, id, runId } = await claimed();
    await until('the issue to be started', async () => {
      const { state } = await pulling.human.issue<{ state: { type: string } }>(linearIssueId);
      return state.type === 'started' ? true : undefined;
    });
    await report(id, { status: 'passing', runId });
  });

  test('takes over a feature whose lease ran out, and then refuses reports of the earlier run', async () => {
    await changeSettings(pulling.workspaceId, { leaseMinutes: 1 });
    await pulling.ready('Abandoned');
    const first = await claimed();
    expect((await report(first.id, { status: 'in_progress', runId: 'another' })).status).toBe(409);
    await pulling.human.advanceClock(40_000);
    expect((await report(first.id, { status: 'in_progress', runId: first.runId })).status).toBe(200);
    await pulling.human.advanceClock(40_000);
    expect((await claim()).status).toBe(204);
    await pulling.human.advanceClock(40_000);
    const second = await claimed();
    expect(second.id).toBe(first.id);
    const late = await report(first.id, { status: 'passing', runId: first.runId });
    expect(late.status).toBe(409);
    expect(detailOf(late)).toContain(second.runId);
    expect((await report(second.id, { status: 'passing', runId: second.runId })).status).toBe(200);
    await changeSettings(pulling.workspaceId, { leaseMinutes: 15 });
  });

  test('is refused with the reason when the workspace announces its features', async () => {
    // A workspace of its own: after a change back, a step of a worker that has begun still goes by this setting.
    const announcing = await startPulling(stack, 'auth0|owner', await addOrganization(stack, 'Announcing'));
    await changeSettings(announcing.workspaceId, { dispatch: 'push' });
    const refused = await call('POST', `/projects/${announcing.project.id}/features/claim`);
    expect(refused.status).toBe(409);
    expect(detailOf(refused)).toContain('push');
  });

  test('gets the only feature for one of 30 callers, and no stranger can release it', async () => {
    await pulling.ready('Wanted');
    const answers = await Promise.all(Array.from({ length: 30 }, claim));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([200, ...Array<number>(29).fill(204)]);
    const [{ id, runId } = { id: '', runId: '' }] = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => body as Claimed);
    const stranger = await stack.token('auth0|stranger', SCOPES);
    const path = `/features/${id}/release`;
    expect((await send(stack, 'POST', path, { token: stranger, body: { runId } })).status).toBe(404);
    for (const wrong of [
      'another',
      `${runId} `,
      runId.toLowerCase(),
      `${runId}#released`,
      'x'.repeat(201),
      '',
    ])
      expect([400, 409]).toContain((await release(id, wrong)).status);
    expect((await report(id, { status: 'passing', runId })).status).toBe(200);
  });

  test('is refused in an archived project, whose claimed feature can still be released', async () => {
    const [, other] = await pulling.ready('Held', 'Left');
    const held = await claimed();
    const archive = (status: string) => call('PATCH', `/projects/${pulling.project.id}`, { status });
    expect((await archive('archived')).status).toBe(200);
    const refused = await claim();
    expect(refused.status).toBe(409);
    expect(detailOf(refused)).toContain('archived');
    const linearIssueId = other?.linearIssueId;
    const brought = await call('POST', '/features/from-linear', {
      projectId: pulling.project.id,
      linearIssueId,
    });
    expect(brought.body).toMatchObject({ ready: false });
    expect((await release(held.id, held.runId)).body).toMatchObject({ status: 'pending', ready: false });
    expect((await archive('active')).status).toBe(200);
    // Functions cache projects for a while, so wait until each has forgotten that it was archived.
    await pulling.human.advanceClock(120_000);
    for (let left = 2; left > 0; left--) {
      const { id, runId } = await claimed();
      expect((await report(id, { status: 'passing', runId })).status).toBe(200);
    }
  });

  test('accepts no body except an empty object', async () => {
    const path = `/projects/${pulling.project.id}/features/claim`;
    expect((await call('POST', path, {})).status).toBe(204);
    expect((await call('POST', path, { priority: 1 })).body).toMatchObject({
      errors: [{ field: 'priority' }],
    });
    expect((await call('POST', path, 'null')).status).toBe(400);
  });
});

describe('a report', () => {
  test('that is sent twice counts once, and outcomes that follow each other at once are all commented', async () => {
    await pulling.ready('Restless');
    const { id, runId, linearIssueId } = await claimed();
    const failing = { status: 'failing', runId, failedStep: 'tests', error: 'red' };
    await report(id, failing);
    const { body: before } = await report(id, failing);
    expect(before).toMatchObject({ status: 'failing', runId });
    await report(id, { status: 'in_progress', runId: 'second' });
    await report(id, { status: 'passing', runId: 'second', summary: 'green' });
    // A repetition that arrives late, after its run was replaced.
    expect((await report(id, failing)).body).toMatchObject({ status: 'passing', runId: 'second' });
    const comments = await until('both comments', async () => {
      const issue = await pulling.human.issue<{ comments: { nodes: { body: string }[] } }>(linearIssueId);
      return issue.comments.nodes.length >= 2 ? issue.comments.nodes : undefined;
    });
    expect(comments).toHaveLength(2);
  });
});

describe('an issue that is imported by its id', () => {
  const labelled = async (title: string, projectId = pulling.project.linearProjectId) => {
    const issue = await pulling.human.createIssue(projectId, title);
    await pulling.human.addLabel(issue.id, 'omakase');
    return issue.id;
  };
  const unlabelled = async () =>
    (await pulling.human.createIssue(pulling.project.linearProjectId, 'No label')).id;
  const bring = (linearIssueId: string, projectId = pulling.project.id) =>
    call('POST', '/features/from-linear', { projectId, linearIssueId });

  test('becomes one feature without any webhook, and is found by its id', async () => {
    await pulling.human.fault({ kind: 'drop', type: 'Issue', count: 2 });
    const issueId = await labelled('Brought');
    const first = await bring(issueId);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({ name: 'Brought', status: 'pending', linearIssueId: issueId });
    expect((await bring(issueId)).status).toBe(200);
    const found = await call('GET', `/features/by-linear-issue/${issueId}`);
    expect(found.body).toMatchObject({ id: (first.body as Feature).id });
    expect((await claimedOf((first.body as Feature).id)).status).toBe('in_progress');
  });
  /** An imported feature is looked at and then handed out like any other. */
  const claimedOf = (id: string) =>
    until('the feature to be claimed', async () => {
      const { body } = await claim();
      return (body as Claimed | '') && (body as Claimed).id === id ? (body as Claimed) : undefined;
    });

  test('is a 404 when Linear does not show it', async () => {
    for (const id of [randomUUID(), 'no-such-issue', 'ENG-999999', '../../x', 'a\u0000b'])
      expect((await bring(id)).status).toBe(404);
    expect((await bring(await unlabelled(), 'no-such-project')).status).toBe(404);
  });

  test('is a 409 with the reason when it does not qualify, and leaves no feature behind', async () => {
    const plain = await unlabelled();
    const without = await bring(plain);
    expect(without.status).toBe(409);
    expect(detailOf(without)).toContain('label');
    expect((await call('GET', `/features/by-linear-issue/${plain}`)).status).toBe(404);

    const elsewhere = await bring(await labelled('Elsewhere'), pulling.other.id);
    expect(elsewhere.status).toBe(409);
    expect(detailOf(elsewhere)).toContain('another project');
  });

  test('has the name that Linear says, and callers cannot set another', async () => {
    const linearIssueId = await labelled('True');
    const body = { projectId: pulling.project.id, linearIssueId, name: 'False' };
    expect((await call('POST', '/features/from-linear', body)).body).toMatchObject({
      errors: [{ field: 'name' }],
    });
    const { body: feature } = await bring(linearIssueId);
    const again = await call('PATCH', `/features/${(feature as Feature).id}/from-linear`);
    expect(again.body).toMatchObject({ name: 'True', linearIssueId });
    const path = `/features/${(feature as Feature).id}/from-linear`;
    expect((await call('PATCH', path, { name: 'False' })).status).toBe(400);
  });
});

describe('the pickers', () => {
  const list = async (what: string, query = '') => {
    const { status, body } = await call('GET', `/workspaces/${pulling.workspaceId}/linear/${what}${query}`);
    expect(status).toBe(200);
    return body as Page;
  };

  test('list what Linear has', async () => {
    expect((await list('teams')).items).toContainEqual(expect.objectContaining({ key: 'ENG' }));
    expect((await list('projects')).items.map(({ id }) => id)).toContain(pulling.project.linearProjectId);
    expect((await list('labels')).items).toContainEqual(expect.objectContaining({ name: 'omakase' }));
    const types = (await list('states')).items.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['started', 'completed']));
    expect((await list('issues')).items[0]).toMatchObject({ identifier: expect.any(String) });
  });

  const idsOf = ({ items }: Page) => items.map(({ id }) => id);
  const pagedIds = async (what: string) => {
    const paged: unknown[] = [];
    for (let query = '?limit=1', page = 0; page < 5; page++) {
      const listed = await list(what, query);
      paged.push(...idsOf(listed));
      if (!listed.nextCursor) break;
      query = `?limit=1&cursor=${listed.nextCursor}`;
    }
    return paged;
  };

  test.each(['teams', 'projects', 'labels', 'states', 'issues'])('list %s page by page', async (what) => {
    // A write-back in the meantime moves an issue to the front. Then both are read again.
    const { whole, paged } = await until('a list in which nothing moves', async () => {
      const before = idsOf(await list(what, '?limit=100'));
      const pages = await pagedIds(what);
      const after = idsOf(await list(what, '?limit=100'));
      return isDeepStrictEqual(before, after) ? { whole: before, paged: pages } : undefined;
    });
    expect(paged).toEqual(whole.slice(0, 5));
    expect(paged.length).toBeGreaterThan(0);
  });

  test('refuse a cursor with a made-up place in Linear, and one of another list', async () => {
    const path = `/workspaces/${pulling.workspaceId}/linear`;
    const of = `linear/teams:${pulling.workspaceId}`;
    const made = Buffer.from(JSON.stringify({ of, key: { after: 'made up' } })).toString('base64url');
    expect((await call('GET', `${path}/teams?cursor=${made}`)).status).toBe(400);
    expect((await call('GET', `${path}/labels?cursor=${made}`)).status).toBe(400);
    expect((await call('GET', `${path}/users`)).status).toBe(404);
  });
});

test('a project is found by the id of its Linear project', async () => {
  const { linearProjectId, id } = pulling.project;
  expect((await call('GET', `/projects/by-linear-project/${linearProjectId}`)).body).toMatchObject({ id });
  expect((await call('GET', `/projects/by-linear-project/${randomUUID()}`)).status).toBe(404);
});

test('the OpenAPI document is served without a token', async () => {
  const { status, body } = await send(stack, 'GET', '/openapi.json');
  expect(status).toBe(200);
  expect(body).toEqual(JSON.parse(JSON.stringify(openapiDocument())));
});

describe('bad input', () => {
  const odd = [
    '..%2F..%2Fetc',
    'a%00b',
    '%2F',
    '%252F',
    '%',
    '%FF',
    '..',
    '.',
    'a%20b',
    '%F0%9F%98%80',
    `${'a'.repeat(5_000)}`,
  ];

  test.each([
    '/features/',
    '/projects/',
    '/workspaces/',
    '/features/by-linear-issue/',
    '/projects/by-linear-project/',
  ])('with odd ids after %s is a 404', async (path) => {
    for (const id of odd) {
      const answer = await call('GET', `${path}${id}`);
      expect([id, answer.status]).toEqual([id, 404]);
    }
  });

  test('with a body that is too large is a 413', async () => {
    const { id } = await pulling.featureOf((await pulling.ready('Large'))[0]?.linearIssueId ?? '');
    for (const bytes of [600_000, 4_000_000, 11_000_000]) {
      const body = `{"status":"in_progress","runId":"${'x'.repeat(bytes)}"}`;
      expect((await call('PATCH', `/features/${id}/status`, body)).status).toBe(413);
    }
  });

  test('with another media type is a 415, and with a body that is not JSON a 400', async () => {
    const path = `/features/${(await pulling.ready('Typed'))[0]?.id}/status`;
    const body = '{"status":"in_progress","runId":"r"}';
    const sent = (type: string, text = body) => send(stack, 'PATCH', path, { token, body: text, type });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json, text/plain',
      'application/jsonp',
      'multipart/form-data; boundary=x',
      'application/json/x',
    ])
      expect([type, (await sent(type)).status]).toEqual([type, 415]);
    for (const text of ['', '{', '[]', 'null', '"in_progress"', '1e999', `${'['.repeat(20_000)}`])
      expect([text.slice(0, 9), (await sent('application/json', text)).status]).toEqual([
        text.slice(0, 9),
        400,
      ]);
    expect((await sent('Application/JSON; charset=utf-8')).status).toBe(200);
  });

  test('is answered with every wrong or unknown field and the id of the request', async () => {
    const path = `/projects?workspaceId=&limit=1000&colour=red&cursor=${'x'.repeat(10)}`;
    const { body } = await call('GET', path);
    const { errors = [], requestId } = body as Problem;
    expect(errors.map(({ field }) => field).sort()).toEqual(['colour', 'limit', 'workspaceId']);
    expect(requestId).toMatch(/^[\w-]{20,}$/);
  });

  test('with a cursor of another list, or a changed one, is a 400', async () => {
    const path = `/projects/${pulling.project.id}/features?limit=1`;
    const { nextCursor = '' } = (await call('GET', path)).body as Page;
    expect((await call('GET', `${path}&cursor=${nextCursor}`)).status).toBe(200);
    const inside = JSON.parse(Buffer.from(nextCursor, 'base64url').toString()) as { of: string; key: object };
    const forged = [
      { ...inside, of: `features:${pulling.other.id}` },
      { ...inside, key: { ...inside.key, projectId: pulling.other.id } },
      { ...inside, key: { ...inside.key, workspaceId: 'x' } },
      { ...inside, key: {} },
      { ...inside, key: { ...inside.key, listKey: 'x'.repeat(1_025) } },
      [],
    ].map((each) => Buffer.from(JSON.stringify(each)).toString('base64url'));
    for (const cursor of [...forged, nextCursor.slice(1), `${nextCursor}AAAA`, '%00', 'null'])
      expect([cursor, (await call('GET', `${path}&cursor=${cursor}`)).status]).toEqual([cursor, 400]);
    expect((await call('GET', `/projects/${pulling.other.id}/features?cursor=${nextCursor}`)).status).toBe(
      400,
    );
    expect((await call('GET', `/workspaces?cursor=${nextCursor}`)).status).toBe(400);
  });

  test('with a key such as __proto__ among the settings is a 400', async () => {
    const path = `/workspaces/${pulling.workspaceId}`;
    for (const body of [
      '{"settings":{"__proto__":{"dispatch":"push"}}}',
      '{"settings":{"constructor":1}}',
      '{"settings":{"teamStatusMaps":{"":{"passing":"Done"}}}}',
    ])
      expect([body, (await call('PATCH', path, body)).status]).toEqual([body, 400]);
  });
});

describe('an issue that is bound to an item of a plan', () => {
  const linear = async (query: string, variables: object): Promise<void> => {
    const response = await fetch(new URL('/graphql', stack.outputs.linear), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: stack.outputs.adminKey ?? '' },
      body: JSON.stringify({ query, variables }),
    });
    expect(await response.json()).not.toHaveProperty('errors');
  };
  const rename = (id: string, title: string) =>
    linear(
      'mutation($id: String!, $title: String!) { issueUpdate(id: $id, input: { title: $title }) { success } }',
      {
        id,
        title,
      },
    );
  type Cached = { title: string; identifier: string; cachedAt: string; ageSeconds: number };
  const cached = async (id: string, query = '') =>
    (await call('GET', `/workspaces/${pulling.workspaceId}/linear-issues/${id}${query}`)).body as Cached;

  test('is read from Linear or as it was last seen, and webhooks and the reconcile keep it', async () => {
    const { id, identifier } = await pulling.human.createIssue(pulling.project.linearProjectId, 'Planned');
    const path = `/workspaces/${pulling.workspaceId}/linear-issues`;
    expect((await call('GET', `${path}/${id}`)).status).toBe(404);
    const of = { workspaceId: pulling.workspaceId, sessionId: 'a-session', itemId: 'an-item' };
    const snapshot = { id, identifier: 'OLD-1', title: 'As it was bound' };
    await bindIssue(stack, { ...of, tenancy: 7 }, snapshot);
    for (const each of [id, 'OLD-1']) expect((await call('GET', `${path}/${each}`)).status).toBe(404);
    await bindIssue(stack, of, snapshot);

    expect(await cached(id)).toMatchObject({ title: 'As it was bound', itemId: 'an-item' });
    const fresh = await cached(id, '?fresh=true');
    expect(fresh).toMatchObject({
      title: 'Planned',
      identifier,
      ageSeconds: expect.toSatisfy((age) => age < 60),
    });
    expect(await cached(identifier.toLowerCase())).toMatchObject({ id, title: 'Planned' });
    expect((await call('GET', `${path}/OLD-1`)).status).toBe(404);

    await linear('mutation { issueLabelCreate(input: { name: "safe:story" }) { success } }', {});
    await pulling.human.addLabel(id, 'safe:story');
    await rename(id, 'Edited');
    await until('the webhook', async () => (await cached(id)).title === 'Edited' || undefined);

    await pulling.human.fault({ kind: 'drop', type: 'Issue', count: 1 });
    await rename(id, 'Edited unnoticed');
    await until('the reconcile', async () => {
      await pulling.human.advanceClock(6 * 60_000);
      return (await cached(id)).title === 'Edited unnoticed' || undefined;
    });
  });
});
