import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { marshalled } from '../../../shared/data/client.ts';
import { projectsTable } from '../../../shared/data/mirror/projects.ts';
import type { DueBounds } from '../../../shared/data/schedule/due-keys.ts';
import { workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { featureDueIn, UNSHARDED_DUE_IN } from '../../../shared/domain/schedule/due.ts';
import { features, NOW, startFeatures, stopFeatures, tables } from '../../support/feature-rows.ts';

/** Small pages in place of DynamoDB's, which hold some 7,000 keys. */
const SMALL: DueBounds = { limit: 10, pages: 5, mostPages: 30, enough: 15 };

beforeAll(startFeatures);
afterAll(stopFeatures);

const put = async (table: string, rows: object[]) => {
  for (let start = 0; start < rows.length; start += 25) {
    const some = rows.slice(start, start + 25).map((row) => ({ PutRequest: { Item: marshalled(row) } }));
    await tables.db.client.send(new BatchWriteItemCommand({ RequestItems: { [table]: some } }));
  }
};
/** Rows of a workspace that came due one after another from `minute` on. */
const dueRows = (workspaceId: string, count: number, minute: number) =>
  Array.from({ length: count }, (_, n) => {
    const id = derivedId('feature', `${workspaceId}-${minute}-${n}`);
    const dueAt = `${new Date(NOW + minute * 60_000 + n).toISOString()}#aaaa`;
    return { id, workspaceId, dueIn: featureDueIn(id), dueAt };
  });
const foundOf = (keys: readonly { workspaceId: string }[], workspaceId: string) =>
  keys.filter((key) => key.workspaceId === workspaceId).length;

test('a backlog far longer than a tick reads hides neither older nor newer rows of other workspaces', async () => {
  await put('features', [
    ...dueRows('early', 8, -60),
    ...dueRows('crowd', 600, -50),
    // Neither among the oldest pages nor among the newest.
    ...dueRows('between', 8, -50),
    ...dueRows('middle', 8, -30),
    ...dueRows('crowd', 120, -20),
    ...dueRows('late', 8, -5),
  ]);
  tables.operations();
  const keys = await features.due(NOW, SMALL);
  for (const of of ['early', 'between', 'middle', 'late']) expect([of, foundOf(keys, of)]).toEqual([of, 8]);
  expect(foundOf(keys, 'crowd')).toBeGreaterThan(15);
  expect(tables.operations().length).toBeLessThanOrEqual(4 * SMALL.mostPages);
});

test('reading due features costs one query for each shard if there is no backlog', async () => {
  tables.operations();
  await features.due(NOW - 55 * 60_000, SMALL);
  expect(tables.operations()).toEqual(Array(4).fill('Query features'));
});

test('features that have just become due are found behind those of a busier workspace', async () => {
  const limit = 10;
  await put('features', [
    ...dueRows('kicked', 8, 119),
    ...dueRows('bulk', 100, 119.5),
    ...dueRows('kicked', 4, 60),
  ]);
  const now = NOW + 120 * 60_000;
  expect(await features.dueLately('kicked', now, { limit, pages: 10 })).toHaveLength(8);
  tables.operations();
  await features.dueLately('kicked', now, { limit, pages: 2 });
  expect(tables.operations().length).toBeLessThanOrEqual(8);
});

test('due workspaces are read page by page', async () => {
  const workspaces = workspacesTable(tables.db, 'workspaces');
  await put(
    'workspaces',
    dueRows('workspace', 12, -60).map((row) => ({ ...row, dueIn: UNSHARDED_DUE_IN })),
  );
  const first = await workspaces.due(NOW, { limit: 10 });
  const second = await workspaces.due(NOW, { limit: 10, start: first.next });
  expect(new Set([...first.items, ...second.items]).size).toBe(12);
  expect(second.next).toBeUndefined();
});

test('many imports of one workspace do not hide those of others', async () => {
  const projects = projectsTable(tables.db, 'projects');
  const imports = (workspaceId: string, count: number, minute: number) =>
    dueRows(workspaceId, count, minute).map((row) => ({
      ...row,
      dueIn: UNSHARDED_DUE_IN,
      name: 'Project',
      linearProjectId: row.id,
    }));
  await put('projects', [
    ...imports('crowd', 120, -50),
    ...imports('other', 1, -40),
    ...imports('crowd', 40, -30),
  ]);
  const keys = await projects.due(NOW, SMALL);
  expect(foundOf(keys, 'other')).toBe(1);
  expect(await projects.dueOf('other', NOW)).toHaveLength(1);
});
