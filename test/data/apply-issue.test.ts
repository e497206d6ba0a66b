import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Features, featuresTable } from '../../shared/data/features.ts';
import { applyIssue } from '../../shared/use-cases/apply-issue.ts';
import { issueSnapshot, route } from '../support/builders.ts';
import { startTables, type TestTables } from '../support/tables.ts';

let tables: TestTables;
let features: Features;
beforeAll(async () => {
  tables = await startTables();
  features = featuresTable(tables.db, 'features');
});
afterAll(() => tables.stop());

const NOW = Date.parse('2026-11-02T12:00:00.000Z');

test('an edit whose beginning was lost makes the feature all the same, and asks for a look', async () => {
  const apply = applyIssue({ features, now: () => NOW });
  const issue = issueSnapshot({ id: 'lost' });
  const edit = { action: 'update', updatedFrom: { title: 'before' } };
  expect(await apply.event(issue, edit, route())).toBe('written');
  expect(tables.operations()).toEqual(['UpdateItem features', 'UpdateItem features']);
  expect((await features.due(NOW + 1)).length).toBe(1);
  const again = issueSnapshot({ id: 'lost', title: 'Edited again', updatedAt: '2026-11-02T11:00:00.000Z' });
  tables.operations();
  expect(await apply.event(again, edit, route())).toBe('written');
  expect(tables.operations()).toEqual(['UpdateItem features']);
});

test('an issue that no item can hold does not hold up what is read with it', async () => {
  const apply = applyIssue({ features, now: () => NOW });
  const labels = Array.from({ length: 5_000 }, (_, index) => ({
    id: `label-${index}`,
    name: 'x'.repeat(200),
  }));
  const issue = {
    ...issueSnapshot({ id: 'giant' }),
    labels: [...labels, { id: 'label-omakase', name: 'omakase' }],
  };
  expect(await apply.read(issue, undefined, route(), { look: true })).toBe('impossible');
});

test('an outage is no reason to pass an issue by', async () => {
  const broken = featuresTable(tables.db, 'no-such-table');
  const apply = applyIssue({ features: broken, now: () => NOW });
  await expect(apply.read(issueSnapshot({ id: 'x' }), undefined, route(), { look: true })).rejects.toThrow();
});
