import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dependenciesTable } from '../../../shared/data/features/dependencies.ts';
import { startTables, type TestTables, tableNames } from '../../../testing/tables.ts';

const NOW = Date.parse('2026-11-28T12:00:00.000Z');

let tables: TestTables;
let dependencies: ReturnType<typeof dependenciesTable>;
beforeAll(async () => {
  tables = await startTables();
  dependencies = dependenciesTable(tables.db, tableNames.DEPENDENCIES_TABLE);
});
afterAll(() => tables.stop());

const dependentsOf = async (workspaceId: string, blockerId: string) => {
  const { items } = await dependencies.dependents({ workspaceId, blockerId }, { limit: 100 });
  return items.map(({ featureId }) => featureId);
};

describe('the dependents of an issue', () => {
  test('are found page by page, in their workspace only', async () => {
    const ids = Array.from({ length: 5 }, (_, index) => `feature-${index}`);
    for (const featureId of ids)
      await dependencies.put({ workspaceId: 'w1', blockerId: 'issue-1', featureId }, NOW);
    await dependencies.put({ workspaceId: 'w1', blockerId: 'issue-10', featureId: 'other issue' }, NOW);
    await dependencies.put({ workspaceId: 'w2', blockerId: 'issue-1', featureId: 'other workspace' }, NOW);

    const found: string[] = [];
    const of = { workspaceId: 'w1', blockerId: 'issue-1' };
    let start: Awaited<ReturnType<typeof dependencies.dependents>>['next'];
    do {
      const page = await dependencies.dependents(of, { limit: 2, start });
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ featureId }) => featureId));
      start = page.next;
    } while (start);
    expect(found).toEqual(ids);
    const all = await dependencies.ofWorkspace('w1', { limit: 100 });
    expect(all.items.map(({ blockerId }) => blockerId).toSorted()).toEqual([
      ...ids.map(() => 'issue-1'),
      'issue-10',
    ]);
  });

  test('are forgotten, unless a later read has shown them again', async () => {
    const of = { workspaceId: 'w3', blockerId: 'issue-1', featureId: 'feature-1' };
    await dependencies.put(of, NOW);
    await dependencies.forget(of, NOW);
    expect(await dependentsOf('w3', 'issue-1')).toEqual(['feature-1']);
    await dependencies.put(of, NOW + 2_000);
    await dependencies.forget(of, NOW + 1_000);
    expect(await dependentsOf('w3', 'issue-1')).toEqual(['feature-1']);
    await dependencies.forget(of, NOW + 2_001);
    expect(await dependentsOf('w3', 'issue-1')).toEqual([]);
    await dependencies.forget(of, NOW + 3_000);
  });

  test('are dropped by a read that no longer shows them, and are then found but not counted', async () => {
    const of = { workspaceId: 'w4', blockerId: 'issue-1', featureId: 'feature-1' };
    const count = () => dependencies.count(of, 100);
    await dependencies.put(of, NOW);
    await dependencies.drop(of, NOW);
    expect(await count()).toBe(1);
    await dependencies.drop(of, NOW + 1);
    expect(await count()).toBe(0);
    const { items } = await dependencies.dependents(of, { limit: 100 });
    expect(items).toEqual([{ ...of, isDropped: true }]);
    await dependencies.put(of, NOW + 2);
    expect(await count()).toBe(1);
  });
});
