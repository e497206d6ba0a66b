import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { marshalled } from '../../../shared/data/client.ts';
import { type Features, featuresTable } from '../../../shared/data/features/features.ts';
import { type Workspaces, workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { parkedIn } from '../../../shared/domain/schedule/due.ts';
import { runDuties } from '../../../shared/use-cases/schedule/run-duties.ts';
import { unpark } from '../../../shared/use-cases/schedule/unpark.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

const PARKED = 2_000;
const id = 'workspace-1';

let tables: TestTables;
let features: Features;
let workspaces: Workspaces;
beforeAll(async () => {
  tables = await startTables();
  features = featuresTable(tables.db, 'features');
  workspaces = workspacesTable(tables.db, 'workspaces');
  const batches = Array.from({ length: PARKED / 25 }, (_, batch) =>
    Array.from({ length: 25 }, (_, n) => {
      const row = derivedId('feature', `${batch}-${n}`);
      const dueAt = `2026-11-02T10:00:00.000Z#${row}`;
      return { PutRequest: { Item: marshalled({ id: row, workspaceId: id, dueIn: parkedIn(id), dueAt }) } };
    }),
  );
  const write = async () => {
    for (let some = batches.shift(); some; some = batches.shift())
      await tables.db.client.send(new BatchWriteItemCommand({ RequestItems: { features: some } }));
  };
  await Promise.all([write(), write(), write(), write()]);
}, 60_000);
afterAll(() => tables.stop());

const parked = async (): Promise<number> => {
  let count = 0;
  let start: Awaited<ReturnType<Features['parked']>>['next'];
  do {
    const page: Awaited<ReturnType<Features['parked']>> = await features.parked(id, { limit: 5_000, start });
    count += page.items.length;
    start = page.next;
  } while (start);
  return count;
};

test('thousands of parked rows become due over several rounds, each of which ends at its deadline', async () => {
  const begun = Date.now();
  await connectWorkspace(workspaces, { id, now: begun });
  const unasked = () => {
    throw new Error('This test must not call Linear.');
  };
  /** A round whose clock advances by a second with each page. */
  const startRound = () => {
    let pages = 0;
    const paging = {
      ...features,
      parked: (...asked: Parameters<Features['parked']>) => {
        pages++;
        return features.parked(...asked);
      },
    };
    const now = () => begun + pages * 1_000;
    const run = runDuties({
      workspaces,
      tokens: { token: unasked } as never,
      reconcile: unasked as never,
      redispatch: unasked as never,
      revokeEnded: unasked as never,
      probeRevoked: unasked as never,
      unpark: unpark({ workspaces, features: paging, now }),
      startSync: async () => {},
      log: () => {},
      now,
    });
    return { run, pages: () => pages };
  };
  const row = async () => {
    const found = await workspaces.get(id);
    if (!found) throw new Error('There is no row.');
    return found;
  };

  const { run, pages } = startRound();
  const woken = await run(await row(), begun + 2_000);
  expect(pages()).toBe(2);
  expect(await parked()).toBe(PARKED - 2 * 500);
  // One batch is processed right away. The schedule finds the others.
  expect(woken).toHaveLength(250);
  const between = await row();
  expect(between.unparkedAt).toBeUndefined();
  // The workspace is still due, so the next tick continues.
  expect(Date.parse(between.dueAt?.split('#')[0] ?? '')).toBeLessThanOrEqual(begun + 4_000);

  const rest = startRound();
  await rest.run(between, begun + 60_000);
  expect(rest.pages()).toBeLessThanOrEqual(5);
  expect(await parked()).toBe(0);
  expect((await row()).unparkedAt).toBe(new Date(begun).toISOString());
  expect((await features.due(begun + 120_000)).length).toBe(PARKED);
}, 60_000);
