import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, apiAs, linearAs, until } from '../../../local/walk/walk-clients.ts';
import { signed, webhookExample } from '../../../testing/builders.ts';
import { connectAs, connectLink, decide, type Flow, follow, SCOPES } from '../../../testing/oauth-flow.ts';
import { shortName, startStack, type TestStack } from '../../../testing/stack.ts';
import { send } from '../../support/pulling.ts';

type Workspace = {
  id: string;
  role: string;
  ownerId: string;
  connection: string;
  settings: Record<string, unknown>;
};
type Project = { id: string; linearProjectId: string };
type Feature = { id: string; linearIssueId: string; ready: boolean };

let stack: TestStack;
beforeAll(async () => {
  stack = await startStack();
}, 120_000);
afterAll(() => stack?.stop());

const as = async (sub: string, scope = SCOPES): Promise<Api> =>
  apiAs(stack.outputs.api, await stack.token(sub, scope));
const workspacesOf = async (sub: string) =>
  (await (await as(sub)).get<{ items: Workspace[] }>('/workspaces')).items;
const human = () => linearAs(stack.outputs.linear, stack.outputs.adminKey ?? '');
const linearPost = async (path: string, body: unknown) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(new URL(path, stack.outputs.linear), {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return response.json();
};
/** The status of a request of a subject with all scopes. */
const statusOf = async (method: string, path: string, sub: string, body?: object) =>
  (await send(stack, method, path, { token: await stack.token(sub, SCOPES), body })).status;
const flowOf = async (sub: string, organization?: string): Promise<Flow> =>
  decide(await connectLink(stack, sub), { organization });
const writes = () =>
  stack.wire
    .take()
    .filter(({ action, table }) => action === 'UpdateItem' && shortName(table) === 'workspaces');

describe('a callback', () => {
  const refused = async (flow: Flow) => {
    stack.wire.take();
    const response = await follow(flow);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(writes()).toEqual([]);
    return response.text();
  };

  test('without the cookie is refused and stores nothing', async () => {
    await refused({ ...(await flowOf('auth0|a')), cookie: '' });
  });

  test("with another browser's cookie is refused, and its own browser can still complete the flow", async () => {
    const [mine, theirs] = await Promise.all([flowOf('auth0|a'), flowOf('auth0|b')]);
    await refused({ ...mine, cookie: theirs.cookie });
  });

  test('with two cookies of that name is refused, and the browser that began the flow can still complete it', async () => {
    const [mine, planted] = await Promise.all([flowOf('auth0|a'), flowOf('auth0|b')]);
    expect(mine.cookie).toMatch(/^__Host-/);
    for (const cookie of [`${mine.cookie}; ${planted.cookie}`, `${planted.cookie}; ${mine.cookie}`])
      expect(await refused({ ...mine, cookie })).toContain('two cookies');
  });

  test('with a forged state is refused', async () => {
    const flow = await flowOf('auth0|a');
    const callback = new URL(flow.callback);
    callback.searchParams.set('state', 'forged');
    await refused({ ...flow, callback: callback.toString() });
  });

  test('that comes too late is refused', async () => {
    const flow = await flowOf('auth0|a');
    await human().advanceClock(16 * 60_000);
    expect(await refused(flow)).toContain('15 minutes');
  });

  test('with an error from Linear says what to do and connects nothing', async () => {
    const flow = await decide(await connectLink(stack, 'auth0|a'), { decision: 'deny' });
    const response = await follow(flow);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('admin');
    expect(await workspacesOf('auth0|a')).toEqual([]);
  });

  test('shows no secret, and may not be framed, cached or named as a referrer', async () => {
    const flow = await flowOf('auth0|a');
    const response = await follow({ ...flow, cookie: '' });
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const page = await response.text();
    for (const [, value] of new URL(flow.callback).searchParams) expect(page).not.toContain(value);
  });
});

describe('a connect link', () => {
  test('may be opened any number of times, and shows who will own the connection', async () => {
    const link = await connectLink(stack, 'auth0|<b>a</b>');
    for (let preview = 0; preview < 3; preview++) {
      const page = await (await fetch(link)).text();
      expect(page).toContain('auth0|&lt;b&gt;a&lt;/b&gt; will own this connection');
    }
    const headers = { origin: stack.outputs.api };
    expect((await fetch(link, { method: 'POST', redirect: 'manual', headers })).status).toBe(303);
  });

  test('can be used without a browser, with the inputs of its form and the cookie of its page', async () => {
    const link = await connectLink(stack, 'auth0|a');
    const other = await connectLink(stack, 'auth0|other');
    const open = async (of: string) => {
      const response = await fetch(of);
      const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
      const page = /name="page" value="([^"]*)"/.exec(await response.text())?.[1] ?? '';
      return { cookie, page };
    };
    const press = async (cookie: string, page: string, headers: Record<string, string> = {}) => {
      const init = { method: 'POST', redirect: 'manual' as const, body: new URLSearchParams({ page }) };
      return (await fetch(link, { ...init, headers: { ...headers, cookie } })).status;
    };
    const [mine, theirs, ofOther] = [await open(link), await open(link), await open(other)];
    expect(await press(mine.cookie, mine.page)).toBe(303);
    expect(await press('', mine.page)).toBe(403);
    expect(await press(mine.cookie, '')).toBe(403);
    expect(await press(theirs.cookie, mine.page)).toBe(403);
    expect(await press(ofOther.cookie, ofOther.page)).toBe(403);
    expect(await press(`${mine.cookie}; ${theirs.cookie}`, mine.page)).toBe(400);
    expect(await press(mine.cookie, mine.page, { origin: 'null' })).toBe(403);
    expect(await press(mine.cookie, mine.page, { 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  test('can only be used by the button of its own page', async () => {
    const link = await connectLink(stack, 'auth0|a');
    const press = (headers: Record<string, string>) =>
      fetch(link, { method: 'POST', redirect: 'manual', headers });
    expect((await press({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await press({ 'sec-fetch-site': 'cross-site', origin: 'null' })).status).toBe(403);
    expect((await press({ 'sec-fetch-site': 'same-site', origin: stack.outputs.api })).status).toBe(403);
    expect((await press({ 'sec-fetch-site': 'none' })).status).toBe(403);
    expect((await press({ origin: 'null' })).status).toBe(403);
    expect((await press({ origin: stack.outputs.api.replace('http:', 'https:') })).status).toBe(403);
    expect((await press({})).status).toBe(403);
    expect((await press({ 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect((await press({ origin: stack.outputs.api })).status).toBe(303);
  });

  test('expires after 15 minutes', async () => {
    const link = await connectLink(stack, 'auth0|a');
    await human().advanceClock(15 * 60_000 + 1_000);
    expect((await fetch(link)).status).toBe(404);
    const headers = { origin: stack.outputs.api };
    expect((await fetch(link, { method: 'POST', redirect: 'manual', headers })).status).toBe(404);
  });
});

test('two subjects who connect one organization at the same instant create one workspace, which one of them owns', async () => {
  const flows = await Promise.all([flowOf('auth0|first'), flowOf('auth0|second')]);
  const answers = await Promise.all(flows.map(follow));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
  const seen = [...(await workspacesOf('auth0|first')), ...(await workspacesOf('auth0|second'))];
  expect(seen).toHaveLength(1);
  const [workspace] = seen;
  const loser = workspace?.ownerId === 'auth0|first' ? 'auth0|second' : 'auth0|first';
  expect(await workspacesOf(loser)).toEqual([]);
});

describe('an organization', () => {
  const owner = 'auth0|owner';
  let organization: { id: string; adminKey: string };
  let id: string;
  let api: Api;

  beforeAll(async () => {
    organization = (await linearPost('/_local/organizations', { name: 'Umbrella' })) as typeof organization;
    id = await connectAs(stack, owner, organization.id);
    api = await as(owner);
  });

  const workspace = () => api.get<Workspace>(`/workspaces/${id}`);
  const connection = (expected: string) =>
    until(`the workspace to be ${expected}`, async () => {
      await stack.invoke('PollerTick', {});
      return (await workspace()).connection === expected ? true : undefined;
    });
  const refusal = async (asking: Promise<unknown>): Promise<string> =>
    asking.then(
      () => 'accepted',
      (error: Error) => error.message,
    );

  test('is connected by one of two callbacks of one flow, and the other says that the flow is used', async () => {
    const flow = await flowOf(owner, organization.id);
    const answers = await Promise.all([follow(flow), follow(flow)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(texts.some((text) => text.includes('already used'))).toBe(true);
  });

  test('stays the same workspace when it is connected again', async () => {
    expect(await connectAs(stack, owner, organization.id)).toBe(id);
    expect((await workspacesOf(owner)).filter((each) => each.id === id)).toHaveLength(1);
  });

  test('accepts settings that name what Linear has, and otherwise answers what Linear has', async () => {
    const change = (settings: object) => api.patch(`/workspaces/${id}`, { settings });
    expect(await refusal(change({ triggerLabel: 'nonsense' }))).toMatch(/settings\.triggerLabel.*omakase/);
    expect(await refusal(change({ statusMap: { passing: 'Shipped' } }))).toMatch(/statusMap\.passing.*Done/);
    expect(await refusal(change({ teamStatusMaps: { nowhere: { passing: 'Done' } } }))).toContain(
      'no team with this id',
    );
    expect(await refusal(change({ reconcileMinutes: 0 }))).toContain('settings.reconcileMinutes');
    expect(await refusal(change({ colour: 'red' }))).toContain('settings.colour');
    await change({
      triggerLabel: 'OMAKASE',
      reconcileMinutes: 10,
      statusMap: { passing: 'done', failing: null },
    });
    expect((await workspace()).settings).toMatchObject({
      triggerLabel: 'OMAKASE',
      reconcileMinutes: 10,
      statusMap: { passing: 'done', failing: null },
    });
    await change({ triggerLabel: 'omakase', statusMap: {} });
  });

  test('is visible to its members, and only its owner changes the membership', async () => {
    const member = 'auth0|member@clients';
    const path = `/workspaces/${id}/members/${encodeURIComponent(member)}`;
    expect(await statusOf('GET', `/workspaces/${id}`, member)).toBe(404);
    expect(await statusOf('PUT', path, member)).toBe(404);
    const own = `/workspaces/${id}/membership`;
    const shown = () => workspacesOf(member);
    expect(await statusOf('PUT', own, member)).toBe(404);
    expect(await statusOf('PUT', path, owner)).toBe(204);
    expect(await statusOf('PUT', path, owner)).toBe(204);

    const invitation = { id, role: 'invited', linearOrganizationName: 'Umbrella', invitedBy: owner };
    expect(await shown()).toEqual([{ ...invitation, invitedAt: expect.any(String) }]);
    for (const url of [`/workspaces/${id}`, `/workspaces/${id}/history`, `/projects?workspaceId=${id}`])
      expect(await statusOf('GET', url, member)).toBe(404);
    expect(await statusOf('DELETE', own, member)).toBe(204);
    expect(await shown()).toEqual([]);
    expect(await statusOf('PUT', own, member)).toBe(404);

    expect(await statusOf('PUT', path, owner)).toBe(204);
    expect(await statusOf('PUT', own, member)).toBe(204);
    expect(await statusOf('PUT', own, member)).toBe(204);
    expect(await shown()).toMatchObject([{ id, role: 'member', ownerId: owner }]);
    expect(await statusOf('GET', `/workspaces/${id}`, member)).toBe(200);
    expect(await statusOf('PUT', path, member)).toBe(403);
    expect(await statusOf('DELETE', `/workspaces/${id}/connection`, member)).toBe(403);
    expect(await statusOf('DELETE', `/workspaces/${id}/members/${encodeURIComponent(owner)}`, owner)).toBe(
      409,
    );
    expect(await statusOf('DELETE', own, owner)).toBe(409);
    expect(await connectAs(stack, member, organization.id)).toBe(id);
    expect((await workspace()).ownerId).toBe(owner);
    expect(await statusOf('DELETE', path, member)).toBe(204);
    expect(await statusOf('GET', `/workspaces/${id}`, member)).toBe(404);
    expect(await statusOf('DELETE', path, owner)).toBe(204);
  });

  test('can be handed over to a member who has accepted, and to nobody else', async () => {
    const next = 'auth0|next';
    const call = (method: string, path: string, sub: string, body?: object) =>
      statusOf(method, `/workspaces/${id}${path}`, sub, body);
    const handOver = (from: string, to: string) => call('PUT', '/owner', from, { sub: to });
    expect(await handOver(owner, next)).toBe(409);
    expect(await call('PUT', `/members/${encodeURIComponent(next)}`, owner)).toBe(204);
    expect(await handOver(owner, next)).toBe(409);
    expect(await call('PUT', '/membership', next)).toBe(204);
    expect(await handOver(next, next)).toBe(403);
    const page = await api.get<{ items: object[]; nextCursor: string }>(`/workspaces/${id}/members?limit=1`);
    const rest = await api.get<{ items: object[] }>(`/workspaces/${id}/members?cursor=${page.nextCursor}`);
    expect([...page.items, ...rest.items]).toMatchObject([
      { sub: next, role: 'member', invitedBy: owner },
      { sub: owner, role: 'owner' },
    ]);
    expect(await handOver(owner, next)).toBe(200);
    expect(await workspace()).toMatchObject({ ownerId: next, role: 'member' });
    expect(await workspacesOf(next)).toMatchObject([{ id, role: 'owner' }]);
    expect(await handOver(owner, owner)).toBe(403);
    expect(await handOver(next, owner)).toBe(200);
    expect(await call('DELETE', '/membership', next)).toBe(204);
    const { items } = await api.get<{ items: object[] }>(`/workspaces/${id}/history`);
    expect(items).toContainEqual(
      expect.objectContaining({ kind: 'owner_changed', ownerId: next, previousOwnerId: owner }),
    );
  });

  describe('that is disconnected', () => {
    let feature: Feature;
    const admin = () => linearAs(stack.outputs.linear, organization.adminKey);

    beforeAll(async () => {
      const projects = await until('projects', async () => {
        const { items } = await api.get<{ items: Project[] }>(`/projects?workspaceId=${id}`);
        return items.length >= 2 ? items : undefined;
      });
      const [project] = projects as [Project];
      const issue = await admin().createIssue(project.linearProjectId, 'Owed over a disconnect');
      await admin().addLabel(issue.id, 'omakase');
      feature = await until('the feature', async () => {
        const { items } = await api.get<{ items: Feature[] }>(`/projects/${project.id}/features?limit=100`);
        return items.find(({ linearIssueId }) => linearIssueId === issue.id);
      });
    });

    const state = async () =>
      (await admin().issue<{ state: { type: string }; comments: { nodes: unknown[] } }>(
        feature.linearIssueId,
      )) ?? {};

    test('has its tokens revoked at Linear and deleted', async () => {
      expect(await statusOf('DELETE', `/workspaces/${id}/connection`, owner)).toBe(204);
      expect((await workspace()).connection).toBe('disconnected');
      const { requests } = (await (
        await fetch(new URL('/_local/requests', stack.outputs.linear))
      ).json()) as {
        requests: object[];
      };
      expect(JSON.stringify(requests)).toContain('oauth/revoke');
    });

    test('still accepts reports, and writes them to Linear after the reconnect', async () => {
      const runId = 'while-away';
      await api.patch(`/features/${feature.id}/status`, { status: 'in_progress', runId });
      await api.patch(`/features/${feature.id}/status`, {
        status: 'passing',
        runId,
        summary: 'Done meanwhile.',
      });
      // A tick parks features that cannot be served, so that they are not looked at every minute.
      await human().advanceClock(61_000);
      await human().advanceClock(61_000);
      expect((await state()).comments.nodes).toEqual([]);
      expect(await connectAs(stack, owner, organization.id)).toBe(id);
      await human().advanceClock(61_000);
      await until('Linear to be told', async () => {
        await stack.invoke('PollerTick', {});
        const now = await state();
        return now.state.type === 'completed' && now.comments.nodes.length === 1 ? true : undefined;
      });
    });

    test('and connected again loses no sync that a changed setting asked for', async () => {
      const withdrawn = async () =>
        (await api.get<{ withdrawn?: string }>(`/features/${feature.id}`)).withdrawn;
      await api.patch(`/workspaces/${id}`, { settings: { triggerLabel: 'Bug' } });
      expect(await connectAs(stack, owner, organization.id)).toBe(id);
      await until('what carries the old label only to be withdrawn', async () =>
        (await withdrawn()) === 'label_removed' ? true : undefined,
      );
      await api.patch(`/workspaces/${id}`, { settings: { triggerLabel: 'omakase' } });
      expect(await connectAs(stack, owner, organization.id)).toBe(id);
      await until('it to be back', async () => ((await withdrawn()) === undefined ? true : undefined));
    });

    test('by a human in Linear is noticed through an event and a probe', async () => {
      const event = { ...webhookExample('07-oauthapp-revoked'), organizationId: organization.id };
      await linearPost(`/_local/revoke?organization=${organization.id}`, {});
      await until('the event to arrive', async () =>
        stack.logs().includes('"outcome":"noted"') ? true : undefined,
      );
      await human().advanceClock(61_000);
      await connection('disconnected');
      expect(await connectAs(stack, owner, organization.id)).toBe(id);

      // The same event arrives again, late, and is older than the connection.
      const createdAt = new Date(Date.now() - 3_600_000).toISOString();
      const { bytes, signature } = signed(
        { ...event, createdAt, webhookTimestamp: Date.now() },
        stack.outputs.webhookSecret ?? '',
      );
      const late = await fetch(new URL('/webhooks/linear', stack.outputs.api), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'linear-signature': signature },
        body: bytes,
      });
      expect(late.status).toBe(200);
      await human().advanceClock(61_000);
      expect((await workspace()).connection).toBe('connected');
    });

    test('goes to whoever brings a fresh approval, which ends earlier memberships and keeps the mirror', async () => {
      const [friend, heir] = ['auth0|friend', 'auth0|heir'];
      const before = await api.get<{ id: string }>(`/features/${feature.id}`);
      expect(await statusOf('PUT', `/workspaces/${id}/members/${encodeURIComponent(friend)}`, owner)).toBe(
        204,
      );
      expect(await statusOf('PUT', `/workspaces/${id}/membership`, friend)).toBe(204);
      const taken = await follow(await flowOf(heir, organization.id));
      expect(taken.status).toBe(403);
      expect(await taken.text()).toContain('already connected');

      expect(await statusOf('DELETE', `/workspaces/${id}/connection`, owner)).toBe(204);
      expect(await connectAs(stack, heir, organization.id)).toBe(id);
      expect(await workspacesOf(heir)).toMatchObject([{ id, role: 'owner', ownerId: heir }]);
      for (const sub of [owner, friend]) {
        expect(await workspacesOf(sub)).toEqual([]);
        for (const path of [`/workspaces/${id}`, `/features/${feature.id}`])
          expect(await statusOf('GET', path, sub)).toBe(404);
        expect((await follow(await flowOf(sub, organization.id))).status).toBe(403);
      }
      const heirs = await as(heir);
      expect(await heirs.get(`/features/${feature.id}`)).toMatchObject({ id: before.id });
      const { items } = await heirs.get<{ items: object[] }>(`/workspaces/${id}/history`);
      expect(items).toContainEqual(
        expect.objectContaining({ kind: 'owner_changed', ownerId: heir, previousOwnerId: owner }),
      );

      expect(await statusOf('DELETE', `/workspaces/${id}/connection`, heir)).toBe(204);
      expect(await connectAs(stack, owner, organization.id)).toBe(id);
      expect(await workspacesOf(owner)).toMatchObject([{ id, role: 'owner' }]);
      expect(await workspacesOf(heir)).toEqual([]);
    });

    test('has no running sync in its history', async () => {
      const { items } = await api.get<{ items: { kind: string; outcome: string; endedAt?: string }[] }>(
        `/workspaces/${id}/history?limit=100`,
      );
      const running = items.filter(({ kind, outcome }) => kind === 'sync' && outcome === 'running');
      expect(running.length).toBeLessThanOrEqual(1);
    });

    test('has the disconnect in its history', async () => {
      const { items } = await api.get<{ items: { id: string; kind: string }[] }>(
        `/workspaces/${id}/history?limit=100`,
      );
      const kinds = items.map(({ kind }) => kind);
      expect(kinds.filter((kind) => kind === 'disconnect')).toHaveLength(4);
      const [entry] = items;
      expect(await api.get(`/workspaces/${id}/history/${entry?.id}`)).toMatchObject({ kind: entry?.kind });
      expect(await refusal(api.get(`/workspaces/${id}/history/none`))).toContain('404');
    });
  });

  test('whose requests Linear limits or refuses does not affect other organizations', async () => {
    const fault = { count: 50, organization: organization.id };
    await linearPost('/_local/faults', { kind: 'rate-limit', resetMs: 600_000, ...fault });
    const other = (await workspacesOf('auth0|first')).length > 0 ? 'auth0|first' : 'auth0|second';
    const [workspace] = await workspacesOf(other);
    const reconciled = async () =>
      stack.wire
        .take()
        .filter(
          ({ action, table, caller }) =>
            `${action} ${shortName(table)} ${shortName(caller)}` === 'UpdateItem workspaces PollerTick',
        ).length;
    await reconciled();
    await human().advanceClock(6 * 60_000);
    let served = 0;
    await until('both to have been served', async () => {
      served += await reconciled();
      return served >= 2 ? true : undefined;
    });
    expect((await workspacesOf(other))[0]).toMatchObject({ id: workspace?.id, connection: 'connected' });
    expect((await api.get<Workspace>(`/workspaces/${id}`)).connection).toBe('connected');
    await fetch(new URL('/_local/faults', stack.outputs.linear), { method: 'DELETE' });
  });
});
