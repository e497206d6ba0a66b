import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningLinear } from '../../../local/linear/server.ts';

/** 5,000 projects and 50,000 issues. Times are compared only with each other, because the machine is shared. */
const VOLUME = { teams: 5, projects: 5000, issues: 50_000 };

const dataDir = mkdtempSync(join(tmpdir(), 'local-linear-volume-'));
let child: ChildProcess;
let linear: RunningLinear;
let seedMs: number;

beforeAll(async () => {
  child = fork('local/linear/main.ts', {
    env: { ...process.env, LINEAR_PORT: '0', DATA_DIR: dataDir },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  [linear] = (await once(child, 'message')) as [RunningLinear];
});
afterAll(async () => {
  child.kill('SIGKILL');
  await once(child, 'exit');
  rmSync(dataDir, { recursive: true });
});

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(linear.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return JSON.parse(await response.text());
};
const graphql = async (query: string, variables: object = {}) => {
  const { data, errors } = await post('/graphql', { query, variables }, { authorization: linear.adminKey });
  expect(errors).toBeUndefined();
  return data;
};
const megabytes = () => {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
};
/** The median time of several runs, after one warm-up run. */
const timeOf = async (act: () => Promise<unknown>) => {
  const times: number[] = [];
  for (let run = 0; run < 10; run += 1) {
    const startedAt = performance.now();
    await act();
    times.push(performance.now() - startedAt);
  }
  return times.slice(1).toSorted((a, b) => a - b)[4] ?? 0;
};

const fields = `id identifier title updatedAt state { id name type } project { id name } team { id }
  labels(first: 20) { nodes { id name } }`;
const asked: Record<string, () => Promise<unknown>> = {
  'the newest': () => graphql(`{ issues(first: 100, orderBy: updatedAt) { nodes { ${fields} } } }`),
  'nothing new since': () =>
    graphql(
      `query($since: DateTimeOrDuration!) { issues(first: 100, orderBy: updatedAt, includeArchived: true,
        filter: { updatedAt: { gte: $since } }) { nodes { ${fields} } } }`,
      { since: new Date(Date.now() + 1000).toISOString() },
    ),
  'by label and state': () =>
    graphql(
      `{ issues(first: 100, orderBy: updatedAt, filter: { labels: { some: { name: { eqIgnoreCase: "OMAKASE" } } },
        project: { null: false }, state: { type: { nin: ["completed", "canceled"] } } }) { nodes { ${fields} } } }`,
    ),
  'by project': () =>
    graphql(
      '{ issues(first: 50, filter: { project: { name: { eq: "Reliability" } } }) { nodes { id title } } }',
    ),
  'a rare state': () =>
    graphql('{ issues(first: 50, filter: { state: { type: { eq: "completed" } } }) { nodes { id } } }'),
};
const before: Record<string, number> = {};

test('the queries are first timed with few issues', async () => {
  await post('/_local/seed', { issues: 200 });
  for (const [name, ask] of Object.entries(asked)) before[name] = await timeOf(ask);
});

test('the rows are seeded within ten seconds and in less than 600 MB', async () => {
  const startedAt = performance.now();
  expect(await post('/_local/seed', VOLUME)).toEqual(VOLUME);
  seedMs = performance.now() - startedAt;
  console.log(`seeded in ${Math.round(seedMs)} ms, ${Math.round(megabytes())} MB at most`);
  expect(seedMs).toBeLessThan(10_000);
  expect(megabytes()).toBeLessThan(600);
});

test.each(Object.keys(asked))(
  'the query "%s" stays fast with a hundred times as many issues',
  async (name) => {
    const [then, now] = [before[name] ?? 0, await timeOf(asked[name] as () => Promise<unknown>)];
    console.log(`${name}: ${then.toFixed(1)} ms → ${now.toFixed(1)} ms`);
    // Reading every row would be 200 times the work. The limit leaves room for a busy machine.
    expect(now).toBeLessThan(10 * then + 20);
  },
);

test('paging through all issues returns each row once', async () => {
  const query = `query($after: String) { issues(first: 250, after: $after, orderBy: updatedAt) {
    nodes { id } pageInfo { hasNextPage endCursor } } }`;
  const ids = new Set<string>();
  let pages = 0;
  for (let after: string | null = null; pages === 0 || after !== null; pages += 1) {
    const { issues } = await graphql(query, { after });
    for (const { id } of issues.nodes) ids.add(id);
    after = issues.pageInfo.hasNextPage ? issues.pageInfo.endCursor : null;
  }
  expect(ids.size).toBe(8 + 200 + VOLUME.issues);
  expect(pages).toBe(Math.ceil(ids.size / 250));
});

test('250 issues can be read by id, and new issues get the next numbers', async () => {
  const { issues } = await graphql('{ issues(first: 250) { nodes { id } } }');
  const ids = issues.nodes.map(({ id }: { id: string }) => id);
  const found = await graphql(
    `query($ids: [ID!]!) { issues(first: 250, filter: { id: { in: $ids } }) { nodes { ${fields} } } }`,
    { ids },
  );
  expect(found.issues.nodes).toHaveLength(250);
  const { teams } = await graphql('{ teams(filter: { key: { eq: "ENG" } }) { nodes { id issueCount } } }');
  const [team] = teams.nodes;
  const { issueCreate } = await graphql(
    'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { issue { number } } }',
    { input: { teamId: team.id, title: 'Next' } },
  );
  expect(issueCreate.issue.number).toBe(team.issueCount + 1);
});

test('thousands of requests do not increase the memory', async () => {
  // An hour later the key has its full rate limit again.
  await post('/_local/clock', { advanceMs: 3_600_000 });
  const ask = () => graphql('{ issues(first: 5, orderBy: updatedAt) { nodes { id title } } }');
  await Promise.all(
    Array.from({ length: 20 }, async () => {
      for (let count = 0; count < 100; count += 1) await ask();
    }),
  );
  expect(megabytes()).toBeLessThan(600);
});
