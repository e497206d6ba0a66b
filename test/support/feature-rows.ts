import { type Features, featuresTable } from '../../shared/data/features/features.ts';
import { projectionOf, withdrawalOf } from '../../shared/domain/features/feature.ts';
import { issueSnapshot, placement } from '../../testing/builders.ts';
import { startTables, type TestTables } from '../../testing/tables.ts';

/** The file's own engine, and the store of features on it. */
export let tables: TestTables;
export let features: Features;

/** For `beforeAll`. */
export const startFeatures = async () => {
  tables = await startTables();
  features = featuresTable(tables.db, 'features');
};

/** For `afterAll`. */
export const stopFeatures = () => tables.stop();

/** The issue of the test that runs. */
export let issueId: string;
let number = 0;

/** For `beforeEach`: gives the test an issue of its own, and forgets the operations of the test before. */
export const newIssue = () => {
  issueId = `issue-${++number}`;
  tables.operations();
};

export const NOW = Date.parse('2026-11-02T12:00:00.000Z');
export const CREATE = { scope: 'create', makesDue: true, now: NOW } as const;

/** An ISO time so many seconds after the issue was last changed. */
export const at = (second: number) =>
  new Date(Date.parse('2026-11-02T10:00:00.000Z') + second * 1000).toISOString();

const snapshot = (changes: Record<string, unknown> = {}, seenAt = at(1)) =>
  issueSnapshot({ id: issueId, updatedAt: at(0), ...changes }, seenAt);

/** What the test's issue says, as it is saved. */
export const projection = (changes: Record<string, unknown> = {}, seenAt?: string) =>
  projectionOf(snapshot(changes, seenAt), { ...placement(), projectId: 'project-1' });

/** That the test's issue has lost its label. */
export const withdrawal = (changes: Record<string, unknown> = {}, seenAt?: string) =>
  withdrawalOf(snapshot(changes, seenAt), 'workspace-1', 'label_removed');

/** The row of the test's issue. Throws if there is none. */
export const stored = async () => {
  const row = await features.get(projection().id);
  if (!row) throw new Error('no row');
  return row;
};
