import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { derivedId } from '../../../shared/domain/ids.ts';
import { tamper } from '../../../testing/tables.ts';
import { startIngestion } from '../../support/in-process/ingestion.ts';
import { startPoller } from '../../support/in-process/poller.ts';

let ingestion: Awaited<ReturnType<typeof startIngestion>>;
beforeAll(async () => {
  ingestion = await startIngestion();
}, 60_000);
afterAll(() => ingestion?.stop());

const lines = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
afterEach(() => lines.mockClear());
const counted = () => lines.mock.calls.filter(([line]) => String(line).includes('"RowUnreadable":1')).length;

const prepared = async () => {
  const workspace = await ingestion.connected();
  const poller = startPoller(workspace);
  const ids = await poller.create(['Bad', 'Good']);
  await poller.drain();
  for (const id of ids) {
    await poller.report(id, { status: 'in_progress', runId: 'run-1' });
    await poller.report(id, { status: 'passing', runId: 'run-1', summary: 'Done.' });
  }
  const spoil = (table: 'features' | 'projects' | 'workspaces', id: string, createdAt: unknown = 0) =>
    tamper(workspace.parts.db, table, { id }, { set: { createdAt } });
  const commentsOf = async (id = '') => (await poller.issue(id)).comments.nodes.length;
  return { workspace, poller, ids, spoil, commentsOf };
};

test('an unreadable feature does not hold up others, is counted for an alarm, and is processed once it is repaired', async () => {
  const { workspace, poller, ids, spoil, commentsOf } = await prepared();
  const [bad = '', good] = ids;
  const { features, now } = workspace.parts.deps;
  const before = await features.get(derivedId('feature', bad));
  await spoil('features', derivedId('feature', bad));

  await poller.container().tick();
  expect(await commentsOf(good)).toBe(1);
  expect(await commentsOf(bad)).toBe(0);
  expect(counted()).toBeGreaterThan(0);
  await expect(features.get(derivedId('feature', bad))).rejects.toThrow('createdAt');
  expect((await features.due(now())).map(({ id }) => id)).toContain(derivedId('feature', bad));

  await spoil('features', derivedId('feature', bad), before?.createdAt);
  await poller.container().tick();
  expect(await commentsOf(bad)).toBe(1);
});

test('an unreadable workspace does not hold up others, and makes the tick fail', async () => {
  const bad = await prepared();
  const good = await prepared();
  await bad.spoil('workspaces', bad.workspace.workspaceId);
  await expect(good.poller.container().tick()).rejects.toThrow('createdAt');
  for (const id of good.ids) expect(await good.commentsOf(id)).toBe(1);
  for (const id of bad.ids) expect(await bad.commentsOf(id)).toBe(0);
});
