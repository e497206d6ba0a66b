import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startLinear } from '../../../local/linear/server.ts';
import { linearApi } from '../../../shared/linear/api.ts';
import { linearClient } from '../../../shared/linear/client.ts';
import { linearOauth } from '../../../shared/linear/oauth.ts';
import { countedClient } from '../../support/in-process/counted-client.ts';
import { idsBy } from '../../support/in-process/human.ts';
import { newOrganization } from '../../support/in-process/organization.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'omakase-blockers-'));
const redirectUri = 'http://127.0.0.1:1/oauth/linear/callback';
let linear: Awaited<ReturnType<typeof startLinear>>;
let world: Awaited<ReturnType<typeof startWorld>>;

const post = async (path: string, body: unknown, authorization = '') => {
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(new URL(path, linear.url), {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
};

/** An organization of its own with two teams, and the API as the app uses it. */
const startWorld = async () => {
  const oauth = linearOauth({ apiUrl: linear.url, app: async () => linear, now: Date.now });
  const organization = await newOrganization({ linearUrl: linear.url, redirectUri, oauth, post });
  const { organizationId, graphql, admin, accessToken } = organization;
  const counted = countedClient(linearClient({ apiUrl: linear.url, now: Date.now }));
  const [own, other] = await admin.teams();
  if (!own || !other) throw new Error('There are not two teams.');
  const many = async <T>(items: readonly T[], field: (item: T, index: number) => string) => {
    const answers: Record<string, { issue?: { id: string }; issueRelation?: { id: string } }> = {};
    for (let from = 0; from < items.length; from += 100) {
      const fields = items.slice(from, from + 100).map((item, n) => `m${from + n}: ${field(item, from + n)}`);
      Object.assign(answers, await graphql(`mutation { ${fields.join('\n')} }`, {}));
    }
    return items.map((_, n) => answers[`m${n}`]);
  };
  return {
    ...organization,
    ...counted,
    api: linearApi(counted.client, { accessToken, now: Date.now }),
    states: idsBy(own.states.nodes, 'name'),
    issues: async (count: number, teamId = own.id): Promise<string[]> => {
      const made = await many(
        Array.from({ length: count }),
        (_, n) => `issueCreate(input: { teamId: "${teamId}", title: "Issue ${n}" }) { issue { id } }`,
      );
      return made.map((one) => one?.issue?.id ?? '');
    },
    otherTeamId: other.id,
    /** Pairs of an issue and one that it blocks. */
    relate: async (pairs: readonly (readonly [string, string])[], type = 'blocks'): Promise<string[]> => {
      const made = await many(
        pairs,
        ([issueId, relatedIssueId]) => `issueRelationCreate(input: {
          issueId: "${issueId}", relatedIssueId: "${relatedIssueId}", type: ${type}
        }) { issueRelation { id } }`,
      );
      return made.map((one) => one?.issueRelation?.id ?? '');
    },
    unrelate: (id: string) =>
      graphql('mutation($id: String!) { issueRelationDelete(id: $id) { success } }', { id }),
    /** Takes the other team out of the app's sight. */
    hideOtherTeam: () =>
      post(`/_local/access?organization=${organizationId}`, {
        canAccessAllPublicTeams: false,
        teamIds: [own.id],
      }),
  };
};

beforeAll(async () => {
  linear = await startLinear({ port: 0, dataDir, redirectUri });
});
beforeEach(async () => {
  await post('/_local/switches', { hiddenRelations: 'omitted' });
  world = await startWorld();
});
afterAll(async () => {
  await linear.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Both ways to read blockers. */
const readings = {
  issuesAndComments: async (ids: readonly string[]) =>
    (await world.api.issuesAndComments(ids, { withBlockers: true })).blockers,
  blockersOf: (ids: readonly string[]) => world.api.blockersOf(ids),
};
const blockerIds = (
  found: ReadonlyMap<string, { blockers: readonly { linearIssueId: string }[] }>,
  id: string,
) =>
  found
    .get(id)
    ?.blockers.map(({ linearIssueId }) => linearIssueId)
    .sort();

describe.each(Object.entries(readings))('blockers as %s reads them', (_, read) => {
  test('are the issues at the other ends of blocks relations, with their state', async () => {
    const [blocked = '', open = '', done = '', trashed = '', canceled = '', similar = ''] =
      await world.issues(6);
    await world.relate([open, done, trashed, canceled].map((id) => [id, blocked] as const));
    await world.relate([[similar, blocked]], 'similar');
    await world.admin.move(done, world.states.Done);
    await world.admin.move(canceled, world.states.Canceled);
    await world.graphql('mutation($id: String!) { issueDelete(id: $id) { success } }', { id: trashed });
    const found = await read([blocked, open]);
    expect(
      Object.fromEntries(found.get(blocked)?.blockers.map((one) => [one.linearIssueId, one.state]) ?? []),
    ).toEqual({ [open]: 'open', [done]: 'done', [trashed]: 'dead', [canceled]: 'dead' });
    expect(found.get(blocked)?.blockers.map(({ identifier }) => identifier)).toContainEqual(
      expect.stringMatching(/^[A-Z]+-\d+$/),
    );
    expect(found.get(open)).toEqual({ blockers: [], hidden: 0 });
  });

  test('are complete for 250 issues, some of which have 500, 30, 3 or 2 blockers', async () => {
    const ids = await world.issues(250);
    const [most = '', many = '', three = '', two = ''] = ids;
    const blocking = await world.issues(500);
    const pairs = Object.entries({ [most]: 500, [many]: 30, [three]: 3, [two]: 2 }).flatMap(([id, count]) =>
      blocking.slice(0, count).map((blocker) => [blocker, id] as const),
    );
    await world.relate(pairs);
    let found = new Map() as Awaited<ReturnType<typeof read>>;
    const requests = await world.requestsOf(async () => {
      found = await read(ids);
    });
    expect([...found.keys()].sort()).toEqual(ids.toSorted());
    for (const [id, count] of Object.entries({ [most]: 500, [many]: 30, [three]: 3, [two]: 2 }))
      expect(blockerIds(found, id)).toEqual(blocking.slice(0, count).sort());
    // The page, one for those with three and more, and the pages of 250 of those with 25 and more: one and two.
    expect(requests).toBe(5);
  });

  test('omit those that Linear omits', async () => {
    const [blocked = '', seen = ''] = await world.issues(2);
    const [hidden = ''] = await world.issues(1, world.otherTeamId);
    await world.relate([
      [seen, blocked],
      [hidden, blocked],
    ]);
    await world.hideOtherTeam();
    const found = await read([blocked]);
    expect(blockerIds(found, blocked)).toEqual([seen]);
    expect(found.get(blocked)?.hidden).toBe(0);
  });

  test('count the hidden ones if Linear refuses them, and say what blocks the other issues', async () => {
    await post('/_local/switches', { hiddenRelations: 'refused' });
    const [a = '', b = '', seen = '', free = ''] = await world.issues(4);
    const hidden = await world.issues(3, world.otherTeamId);
    await world.relate([...hidden.map((id) => [id, a] as const), [seen, a], [seen, b]]);
    await world.hideOtherTeam();
    const found = await read([a, b, free]);
    expect(blockerIds(found, a)).toEqual([seen]);
    expect(found.get(a)?.hidden).toBe(3);
    expect(found.get(b)).toMatchObject({ blockers: [{ linearIssueId: seen, state: 'open' }], hidden: 0 });
    expect(found.get(free)).toEqual({ blockers: [], hidden: 0 });
  });

  test('are found among 500 of which Linear refuses 60', async () => {
    await post('/_local/switches', { hiddenRelations: 'refused' });
    const [blocked = ''] = await world.issues(1);
    const seen = await world.issues(440);
    const hidden = await world.issues(60, world.otherTeamId);
    await world.relate([...seen, ...hidden].map((id) => [id, blocked] as const));
    await world.hideOtherTeam();
    let found = new Map() as Awaited<ReturnType<typeof read>>;
    const requests = await world.requestsOf(async () => {
      found = await read([blocked]);
    });
    expect(blockerIds(found, blocked)).toEqual(seen.toSorted());
    expect(found.get(blocked)?.hidden).toBe(60);
    // One for each that is refused, one for 25 that are answered, and those that find this out.
    expect(requests).toBeLessThanOrEqual(60 + 20 + 5);
  });

  test('do not fail with a relation or an issue that vanishes between pages', async () => {
    const [blocked = '', gone = ''] = await world.issues(2);
    const blocking = await world.issues(300);
    const [removed = ''] = await world.relate(blocking.map((id) => [id, blocked] as const));
    await world.relate(blocking.map((id) => [id, gone] as const));
    let found = new Map() as Awaited<ReturnType<typeof read>>;
    let pages = 0;
    await world.requestsOf(
      async () => {
        found = await read([blocked, gone]);
      },
      async () => {
        pages++;
        if (pages === 4) {
          await world.unrelate(removed);
          await world.graphql(
            'mutation($id: String!) { issueDelete(id: $id, permanentlyDelete: true) { success } }',
            { id: gone },
          );
        }
      },
    );
    expect(pages).toBeGreaterThan(4);
    expect(blockerIds(found, blocked)?.length).toBeGreaterThanOrEqual(299);
    expect(found.has(gone)).toBe(true);
  });

  test.each([
    ['an outage', { kind: '5xx', status: 503, operation: 'RelationIds' }, 'unavailable'],
    ['a rate limit', { kind: 'rate-limit', operation: 'RelationsById' }, 'rate_limited'],
  ])('are not guessed in %s', async (_, fault, is) => {
    await post('/_local/switches', { hiddenRelations: 'refused' });
    const [blocked = ''] = await world.issues(1);
    const [hidden = ''] = await world.issues(1, world.otherTeamId);
    await world.relate([[hidden, blocked]]);
    await world.hideOtherTeam();
    await post('/_local/faults', { ...fault, count: 1, organization: world.organizationId });
    await expect(read([blocked])).rejects.toMatchObject({ failure: { is } });
  });
});

test('issues that Linear does not show have no entry, and without being asked nothing is answered', async () => {
  const [one = ''] = await world.issues(1);
  const gone = crypto.randomUUID();
  expect([...(await world.api.blockersOf([one, gone])).keys()]).toEqual([one]);
  expect((await world.api.issuesAndComments([one])).blockers.size).toBe(0);
});

describe('relations that changed', () => {
  const changes = (withRelations: boolean) =>
    world.api.changes({
      issues: undefined,
      projects: undefined,
      knownIds: [],
      labelIds: [],
      withRelations,
      withBlockers: false,
    });

  test('are known by when the newest of any type changed', async () => {
    expect((await changes(true)).newestRelation).toBeUndefined();
    const [a = '', b = ''] = await world.issues(2);
    await world.relate([[a, b]], 'related');
    const { newest, items } = await world.api.relationsSince('1970-01-01T00:00:00.000Z');
    expect(items).toEqual([]);
    expect(newest).toBeDefined();
    expect((await changes(true)).newestRelation).toBe(newest);
    expect((await changes(false)).newestRelation).toBeUndefined();
  });

  test('are read page by page until one is older', async () => {
    const issues = await world.issues(251);
    await world.relate(issues.slice(1).map((id, n) => [issues[n] ?? '', id] as const));
    const all = [];
    for (let after: string | undefined, more = true; more; ) {
      const { items, next } = await world.api.relationsSince('1970-01-01T00:00:00.000Z', after);
      all.push(...items);
      after = next;
      more = next !== undefined;
    }
    expect(all.map(({ blockedId }) => blockedId).sort()).toEqual(issues.slice(1).sort());
    expect(all.find(({ blockedId }) => blockedId === issues[1])?.blockerId).toBe(issues[0]);
    const times = all.map(({ updatedAt }) => updatedAt);
    expect(times).toEqual(times.toSorted().reverse());
    const since = all[119]?.updatedAt ?? '';
    const first = await world.api.relationsSince(since);
    expect(first.items).toEqual(all.slice(0, 100));
    const last = await world.api.relationsSince(since, first.next);
    const recent = all.filter(({ updatedAt }) => updatedAt >= since);
    expect(last).toMatchObject({ items: recent.slice(100), next: undefined });
  });

  test.each(['omitted', 'refused'])(
    'are those that the app can see, if the others are %s',
    async (hiddenRelations) => {
      await post('/_local/switches', { hiddenRelations });
      const [a = '', b = ''] = await world.issues(2);
      const [hidden = ''] = await world.issues(1, world.otherTeamId);
      await world.relate([
        [hidden, a],
        [a, b],
        [b, hidden],
      ]);
      await world.hideOtherTeam();
      const { items } = await world.api.relationsSince('1970-01-01T00:00:00.000Z');
      expect(items).toMatchObject([{ blockerId: a, blockedId: b }]);
      expect((await changes(true)).newestRelation).toBeDefined();
    },
  );
});
