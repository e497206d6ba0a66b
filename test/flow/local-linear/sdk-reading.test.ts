import { LinearClient, LinearGraphQLClient } from '@linear/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Harness, startHarness } from '../../support/local-linear/harness.ts';

/** What the official client reads from the local Linear, for the types that this product uses. */

let h: Harness;
let linear: LinearClient;

beforeAll(async () => {
  h = await startHarness();
  linear = h.admin;
});
afterAll(() => h.close());

const NONE = { nodes: [] };
const names = (page: { nodes: { name: string }[] }) => page.nodes.map(({ name }) => name).sort();
const titles = (page: { nodes: { title: string }[] }) => page.nodes.map(({ title }) => title).sort();
const issuesWhere = async (filter: object) => titles(await linear.issues({ filter }));
const issue = async (title: string) => {
  const found = (await linear.issues({ filter: { title: { eq: title } } })).nodes[0];
  if (!found) throw new Error(`the seed has no issue "${title}"`);
  return found;
};

describe('the official client reads', () => {
  test('the viewer', async () => {
    const viewer = await linear.viewer;
    expect(viewer).toMatchObject({ name: 'Ana Silva', admin: true, app: false, active: true, isMe: true });
    expect(viewer.createdAt).toBeInstanceOf(Date);
    expect(viewer.url).toContain('https://linear.app/acme/profiles/');
  });
  test('the viewer’s organization, teams and issues', async () => {
    const viewer = await linear.viewer;
    expect((await viewer.organization).urlKey).toBe('acme');
    expect(names(await viewer.teams())).toEqual(['Engineering', 'Operations']);
    expect(titles(await viewer.assignedIssues())).toEqual(['Rotate the database password']);
    expect((await viewer.createdIssues()).nodes).toHaveLength(8);
  });
  test('the organization with its teams, users and labels', async () => {
    const organization = await linear.organization;
    expect(organization).toMatchObject({ name: 'Acme', urlKey: 'acme' });
    expect(names(await organization.teams())).toEqual(['Engineering', 'Operations']);
    expect(names(await organization.users())).toEqual(['Ana Silva', 'Ben Okafor']);
    expect(names(await organization.labels())).toContain('omakase');
  });
  test('users, and the viewer as "me"', async () => {
    expect(names(await linear.users())).toEqual(['Ana Silva', 'Ben Okafor']);
    expect((await linear.user('me')).name).toBe('Ana Silva');
  });
  test('the app user of a token', async () => {
    const { access_token } = await h.connect();
    const viewer = await new LinearClient({ accessToken: access_token, apiUrl: `${h.linear.url}/graphql` })
      .viewer;
    expect(viewer).toMatchObject({ app: true, admin: false });
  });
  test('the rate limits', async () => {
    const status = await linear.rateLimitStatus;
    expect(status.kind).toBe('apiKey');
    expect(status.limits.map(({ type, allowedAmount }) => [type, allowedAmount])).toEqual([
      ['requests', 2500],
      ['complexity', 3_000_000],
    ]);
  });
});

describe('the official client reads teams and states', () => {
  test('by the team’s id and key', async () => {
    const [team] = (await linear.teams({ filter: { key: { eq: 'ENG' } } })).nodes;
    expect((await linear.team(team?.id ?? '')).name).toBe('Engineering');
    expect((await linear.team('eng')).id).toBe(team?.id);
    expect(await team?.issueCount).toBe(6);
  });
  test('with members, labels, projects and issues', async () => {
    const team = await linear.team('OPS');
    expect(names(await team.members())).toEqual(['Ana Silva']);
    expect(names(await team.labels())).toEqual(['on-call']);
    expect(names(await team.projects())).toEqual(['Reliability']);
    expect(titles(await team.issues())).toEqual(['Alert on a full queue', 'Rotate the database password']);
  });
  test('of every type that Linear has, sorted by position', async () => {
    const states = (await (await linear.team('ENG')).states()).nodes.toSorted(
      (a, b) => a.position - b.position,
    );
    expect(states.map(({ type }) => type)).toEqual([
      'triage',
      'backlog',
      'unstarted',
      'started',
      'started',
      'completed',
      'canceled',
      'duplicate',
    ]);
  });
  test('and finds the first started state', async () => {
    const team = await linear.team('ENG');
    const started = await team.states({ filter: { type: { eq: 'started' } } });
    const [first] = started.nodes.toSorted((a, b) => a.position - b.position);
    expect(first?.name).toBe('In Progress');
    expect(titles((await first?.issues()) ?? NONE)).toEqual(['Address lookup is slow']);
  });
  test('by team ids', async () => {
    const [eng, ops] = [await linear.team('ENG'), await linear.team('OPS')];
    const states = await linear.workflowStates({
      first: 250,
      filter: { team: { id: { in: [eng.id, ops.id] } } },
    });
    expect(states.nodes).toHaveLength(16);
    expect((await linear.workflowState(states.nodes[0]?.id ?? '')).id).toBe(states.nodes[0]?.id);
  });
});

describe('the official client reads projects', () => {
  test('with status, lead, teams, members and issues', async () => {
    const [project] = (await linear.projects({ filter: { name: { eq: 'Reliability' } } })).nodes;
    expect(await project?.status).toMatchObject({ type: 'started', name: 'In Progress' });
    expect((await project?.lead)?.name).toBe('Ana Silva');
    expect((await project?.creator)?.name).toBe('Ana Silva');
    expect(names((await project?.teams()) ?? NONE)).toEqual(['Engineering', 'Operations']);
    expect(names((await project?.members()) ?? NONE)).toEqual(['Ana Silva']);
    expect((await project?.issues())?.nodes).toHaveLength(3);
  });
  test('by the slug at the end of the URL', async () => {
    const [project] = (await linear.projects()).nodes;
    const slug = project?.url.split('/').at(-1) ?? '';
    expect((await linear.project(slug)).id).toBe(project?.id);
    expect((await linear.project(project?.slugId ?? '')).id).toBe(project?.id);
  });
  test('of one team', async () => {
    const ops = await linear.team('OPS');
    const filter = { accessibleTeams: { some: { id: { eq: ops.id } } } };
    expect(names(await linear.projects({ filter }))).toEqual(['Reliability']);
  });
  test('and their statuses', async () => {
    const statuses = await linear.projectStatuses();
    expect(statuses.nodes.map(({ type }) => type).sort()).toEqual([
      'backlog',
      'canceled',
      'completed',
      'paused',
      'planned',
      'started',
    ]);
  });
});

describe('the official client reads issues', () => {
  test('with their relations', async () => {
    const one = await issue('Apple Pay on the checkout page');
    expect(one).toMatchObject({ priority: 2, priorityLabel: 'High', estimate: 3 });
    expect(one.identifier).toMatch(/^ENG-\d+$/);
    expect(one.branchName).toBe(`ana/${one.identifier.toLowerCase()}-apple-pay-on-the-checkout-page`);
    expect((await one.team)?.key).toBe('ENG');
    expect((await one.state)?.type).toBe('unstarted');
    expect((await one.project)?.name).toBe('Checkout revamp');
    expect((await one.creator)?.name).toBe('Ana Silva');
    expect(names(await one.labels())).toEqual(['Feature', 'omakase', 'web']);
  });
  test('by identifier in upper or lower case', async () => {
    const one = await issue('Gift cards at checkout');
    expect((await linear.issue(one.identifier.toLowerCase())).id).toBe(one.id);
  });
  test('by label, with the label’s group and team', async () => {
    const [bug] = (await linear.issueLabels({ filter: { name: { eqIgnoreCase: 'bug' } } })).nodes;
    expect((await bug?.parent)?.isGroup).toBe(true);
    expect(titles((await bug?.issues()) ?? NONE)).toEqual([
      'Address lookup is slow',
      'Receipts arrive twice',
    ]);
    const [own] = (await linear.issueLabels({ filter: { team: { key: { eq: 'OPS' } } } })).nodes;
    expect((await own?.team)?.key).toBe('OPS');
  });
  test.each<[string, object, string[]]>([
    [
      'label name',
      { labels: { some: { name: { eqIgnoreCase: 'OMAKASE' } } } },
      ['Apple Pay on the checkout page', 'Retry failed payment callbacks'],
    ],
    ['no project', { project: { null: true } }, ['Receipts arrive twice']],
    ['state type', { state: { type: { eq: 'completed' } } }, ['Remove the old basket']],
    ['assignee', { assignee: { name: { eq: 'Ben Okafor' } } }, ['Address lookup is slow']],
    ['priority range', { priority: { gte: 1, lte: 1 } }, ['Address lookup is slow']],
    [
      'and + or',
      {
        and: [
          { team: { key: { eq: 'OPS' } } },
          { or: [{ priority: { eq: 2 } }, { title: { contains: 'zzz' } }] },
        ],
      },
      ['Alert on a full queue'],
    ],
    ['title', { title: { containsIgnoreCase: 'PASSWORD' } }, ['Rotate the database password']],
    [
      'every label',
      { labels: { every: { name: { eq: 'backend' } }, length: { gt: 0 } } },
      ['Alert on a full queue'],
    ],
  ])('filtered by %s', async (_, filter, expected) => {
    expect(await issuesWhere(filter)).toEqual(expected);
  });
  test('changed since a time or within a duration', async () => {
    const one = await issue('Remove the old basket');
    await one.update({ priority: 3 });
    const since = (await linear.issue(one.id)).updatedAt;
    expect(await issuesWhere({ updatedAt: { gte: since } })).toEqual(['Remove the old basket']);
    expect(await issuesWhere({ updatedAt: { gt: '-PT5M' } })).toEqual(['Remove the old basket']);
    expect((await issuesWhere({ updatedAt: { gt: '-P3D' } })).length).toBe(8);
  });
});

describe('the official client reads pages', () => {
  test('with fetchNext, which returns every issue once, newest first', async () => {
    const page = await linear.issues({ first: 3 });
    while (page.pageInfo.hasNextPage) await page.fetchNext();
    expect(new Set(page.nodes.map(({ id }) => id)).size).toBe(8);
    const created = page.nodes.map(({ createdAt }) => createdAt.getTime());
    expect(created).toEqual(created.toSorted((a, b) => b - a));
  });
  test('forwards and backwards by cursor', async () => {
    const first = await linear.issues({ first: 2 });
    const second = await linear.issues({ first: 2, after: first.pageInfo.endCursor ?? '' });
    const back = await linear.issues({ last: 2, before: second.pageInfo.startCursor ?? '' });
    expect(back.nodes.map(({ id }) => id)).toEqual(first.nodes.map(({ id }) => id));
    expect(second.pageInfo.hasPreviousPage).toBe(true);
  });
  test('with paginate until there are no more', async () => {
    const all = await linear.paginate((variables) => linear.issueLabels(variables), { first: 2 });
    expect(all.map(({ name }) => name)).toContain('omakase');
    expect(all).toHaveLength(7);
  });
  test('ordered by updatedAt, last change first', async () => {
    const one = await issue('Gift cards at checkout');
    await one.update({ priority: 4 });
    const page = await linear.issues({ first: 1, orderBy: 'updatedAt' as never });
    expect(titles(page)).toEqual(['Gift cards at checkout']);
  });
  test('of at most 250 ids', async () => {
    const raw = new LinearGraphQLClient(`${h.linear.url}/graphql`, {
      headers: { authorization: h.linear.adminKey },
    });
    const query = 'query($n: Int) { issues(first: $n) { nodes { id } } }';
    expect(((await raw.rawRequest(query, { n: 250 })).data as { issues: object }).issues).toBeDefined();
    await expect(raw.rawRequest(query, { n: 251 })).rejects.toThrow('Argument Validation Error');
    await expect(raw.rawRequest(query, { n: 0 })).rejects.toThrow('Argument Validation Error');
  });
});
