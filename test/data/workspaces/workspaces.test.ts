import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ReconcileProgress, WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import { type Workspaces, workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

const NOW = Date.parse('2026-11-02T12:00:00.000Z');
const at = (minute: number) => new Date(NOW + minute * 60_000).toISOString();

let tables: TestTables;
let workspaces: Workspaces;
beforeAll(async () => {
  tables = await startTables();
  workspaces = workspacesTable(tables.db, 'workspaces');
});
afterAll(() => tables.stop());

let number = 0;
let id: string;
beforeEach(async () => {
  id = `workspace-${++number}`;
  await connectWorkspace(workspaces, { id, now: NOW });
});

const stored = async (): Promise<WorkspaceRow> => {
  const row = await workspaces.get(id);
  if (!row) throw new Error('There is no row.');
  return row;
};

describe('two runs of one reconcile', () => {
  const range = { since: at(-10), until: at(60) };
  const page = (pages: number): ReconcileProgress => ({
    startedAt: at(0),
    overlaps: true,
    top: { issues: at(-5), projects: at(-5) },
    issues: { ...range, after: `page-${pages}` },
    counts: { requests: pages },
  });
  const sweep = { startedAt: at(0), pages: 0, before: 0 };
  const save = (row: WorkspaceRow, pages: number) =>
    workspaces.saveReconcile(row, { reconcile: page(pages), sweep }, NOW);
  const end = (row: WorkspaceRow, pages: number) =>
    workspaces.endReconcile(
      row,
      { reconcile: page(pages), sweep, next: NOW + 300_000, deliveries: 'unknown' },
      NOW,
    );

  test('that began together: the one that saves later does not overwrite the other’s progress', async () => {
    const begun = await stored();
    expect(await save(begun, 1)).toBe(true);
    expect(await save({ ...begun, reconcile: page(1) }, 2)).toBe(true);
    expect(await save(begun, 1)).toBe(false);
    expect((await stored()).reconcile).toEqual(page(2));
  });

  test('that began together: the late one neither ends nor restarts the reconcile that the other ended', async () => {
    const begun = await stored();
    expect(await end(begun, 1)).toBe(true);
    expect(await end(begun, 1)).toBe(false);
    expect(await save(begun, 1)).toBe(false);
    expect((await stored()).reconcile).toBeUndefined();
  });

  test('that continue from the same page: only one ends the reconcile', async () => {
    await save(await stored(), 1);
    const read = await stored();
    expect(await save(read, 2)).toBe(true);
    expect(await end(read, 2)).toBe(false);
    expect(await end({ ...read, reconcile: page(2) }, 3)).toBe(true);
    expect((await stored()).issuesWatermark).toBe(at(-5));
  });
});
