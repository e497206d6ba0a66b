import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Workspaces, workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

let tables: TestTables;
let workspaces: Workspaces;
beforeAll(async () => {
  tables = await startTables();
  workspaces = workspacesTable(tables.db, 'workspaces');
});
afterAll(() => tables.stop());

const NOW = Date.parse('2026-11-02T12:00:00.000Z');
let number = 0;

/** A connected workspace that knows its label. */
const connected = async () => {
  const id = `workspace-${++number}`;
  await connectWorkspace(workspaces, { id, now: NOW });
  const row = async () => {
    const found = await workspaces.get(id);
    if (!found) throw new Error('no row');
    return found;
  };
  const learn = async (...triggerLabelIds: string[]) =>
    workspaces.followTrigger(await row(), { triggerLabel: 'omakase', triggerLabelIds }, NOW);
  await learn('label-1');
  return { row, learn };
};

test('saving a setting keeps label ids that were learned meanwhile', async () => {
  const { row, learn } = await connected();
  const before = await row();
  await learn('label-1', 'label-2');
  const settings = { ...before.settings, leaseMinutes: 7 };
  expect(await workspaces.saveSettings(before, { settings, sync: undefined }, NOW)).toBe(true);
  expect(await row()).toMatchObject({ settings, triggerLabelIds: ['label-1', 'label-2'] });
});

test('saving a trigger label is refused if label ids were learned meanwhile', async () => {
  const { row, learn } = await connected();
  const before = await row();
  await learn('label-1', 'label-2');
  const saved = {
    settings: { ...before.settings, triggerLabel: 'Bug' },
    triggerLabelIds: ['bug'],
    sync: undefined,
  };
  expect(await workspaces.saveSettings(before, saved, NOW)).toBe(false);
  expect(await workspaces.saveSettings(await row(), saved, NOW)).toBe(true);
  expect((await row()).triggerLabelIds).toEqual(['bug']);
});

test('learned state ids are not saved if the status maps have changed meanwhile', async () => {
  const { row } = await connected();
  const before = await row();
  const settings = { ...before.settings, statusMap: { passing: 'Shipped' } };
  const saved = { settings, wideStateIds: { team: { passing: 'shipped' } }, sync: undefined };
  await workspaces.saveSettings(before, saved, NOW);
  await workspaces.followStates(before, { settings: before.settings, wideStateIds: {}, teamStateIds: {} });
  expect(await row()).toMatchObject({ settings, wideStateIds: { team: { passing: 'shipped' } } });
});
