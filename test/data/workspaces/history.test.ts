import { afterAll, beforeAll, expect, test } from 'vitest';
import { type History, historyTable } from '../../../shared/data/workspaces/history.ts';
import { startTables, type TestTables, tamper } from '../../../testing/tables.ts';

let tables: TestTables;
let history: History;
beforeAll(async () => {
  tables = await startTables();
  history = historyTable(tables.db, 'history');
});
afterAll(() => tables.stop());

test('an ended run does not become running again by a late write', async () => {
  const startedAt = '2026-11-02T12:00:00.000Z';
  const run = {
    workspaceId: 'w',
    id: 'run',
    kind: 'sync' as const,
    startedAt,
    counts: {},
    errors: [] as string[],
  };
  await history.put({ ...run, outcome: 'running' });
  await history.put({
    ...run,
    outcome: 'done',
    endedAt: '2026-11-02T12:01:00.000Z',
    counts: { requests: 3 },
  });
  await history.put({ ...run, outcome: 'running', counts: { requests: 2 } });
  expect(await history.get('w', 'run')).toMatchObject({ outcome: 'done', counts: { requests: 3 } });
});

test('the errors of a history entry are limited in number and length', async () => {
  const errors = Array.from({ length: 400 }, () => 'x'.repeat(10_000));
  await history.note('workspace-errors', 'sync', Date.now(), { errors });
  const { items } = await history.list('workspace-errors', { limit: 1, start: undefined });
  expect(items[0]?.errors).toHaveLength(50);
  expect(items[0]?.errors[0]).toHaveLength(1_000);
  await history.note('workspace-errors', 'sync', Date.now() + 1, {
    errors: errors.map(() => '\u0000'.repeat(900)),
  });
  const [newest] = (await history.list('workspace-errors', { limit: 1, start: undefined })).items;
  expect(Buffer.byteLength(JSON.stringify(newest?.errors))).toBeLessThan(61_000);
  expect(newest?.errors.length).toBeGreaterThan(5);
});

test('an entry of a kind that only a newer version knows is shown as it is', async () => {
  await history.note('workspace-newer', 'sync', Date.now(), {});
  const [{ id } = { id: '' }] = (await history.list('workspace-newer', { limit: 1, start: undefined })).items;
  await tamper(tables.db, 'history', { workspaceId: 'workspace-newer', id }, { set: { kind: 'rename' } });
  const { items } = await history.list('workspace-newer', { limit: 1, start: undefined });
  expect(items).toMatchObject([{ kind: 'rename' }]);
});
