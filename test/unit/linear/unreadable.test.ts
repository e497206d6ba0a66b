import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linearApi } from '../../../shared/linear/api.ts';
import { linearClient } from '../../../shared/linear/client.ts';

const pageInfo = { hasNextPage: false, endCursor: null };
/** Issues and projects of which only the `id` can be read. */
const list = { nodes: [{ id: 'odd', updatedAt: '2026-11-02T10:00:00.000Z', team: 7 }], pageInfo };
const data = { issues: list, projects: list, known: list, comments: { nodes: [] } };
const server = createServer((_, response) => response.end(JSON.stringify({ data })));
let apiUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

type Api = ReturnType<typeof linearApi>;
const range = { since: '2026-11-02T00:00:00.000Z', until: '2026-11-03T00:00:00.000Z' };

test.each<[string, (api: Api) => Promise<unknown>, string[]]>([
  ['a sync of projects', (api) => api.projects(), ['projects odd']],
  [
    'a sync of issues',
    (api) => api.labelledIssues(['label'], { projectId: undefined, after: undefined }),
    ['issues odd'],
  ],
  [
    'a reconcile and its pass over known issues',
    (api) =>
      api.changes({
        issues: range,
        projects: range,
        knownIds: ['odd'],
        labelIds: [],
        withRelations: false,
        withBlockers: false,
      }),
    ['issues odd', 'issues odd', 'projects odd'],
  ],
  ['processing, and an import by the API,', (api) => api.issuesAndComments(['odd']), ['issues odd']],
])('what %s cannot read is reported', async (_, read, expected) => {
  const reported: string[] = [];
  const client = linearClient({ apiUrl, now: Date.now });
  const api = linearApi(client, {
    accessToken: 't',
    now: Date.now,
    onUnreadable: (what, unreadable) => reported.push(...unreadable.map(({ id }) => `${what} ${id}`)),
  });
  await read(api);
  expect(reported.sort()).toEqual(expected);
});
