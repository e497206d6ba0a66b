import type { FeatureRow } from '../../../shared/data/features/feature-row.ts';
import { featuresTable } from '../../../shared/data/features/features.ts';
import { projectionOf } from '../../../shared/domain/features/feature.ts';
import { outcomeCommentId } from '../../../shared/domain/ids.ts';
import { issueSnapshot, placement } from '../../../testing/builders.ts';
import { startTables } from '../../../testing/tables.ts';
import { type Bill, billing } from '../../harness/billed.ts';
import { atMost, type Benchmark } from '../../report/row.ts';
import { dependencyWriteUnits } from './p5-dependencies.ts';

/** Keeps the item below 1 kB. DynamoDB bills another unit above that. */
const SHORT = { description: '' };
const NOW = Date.parse('2026-11-02T12:00:00.000Z');
const at = (second: number) => new Date(NOW + second * 1000).toISOString();

/** The write units of a feature's life, as the engine bills them (`ReturnConsumedCapacity`), with the indexes written. */
export const writeUnits: Benchmark = async () => {
  const tables = await startTables();
  const features = featuresTable(tables.db, 'features');
  const unitsOf = billing(tables);

  const projected = (changes: object, second: number) =>
    projectionOf(issueSnapshot({ updatedAt: at(second), ...SHORT, ...changes }, at(second)), {
      ...placement(),
      projectId: 'project-1',
    });
  const first = projected({}, 0);
  const row = async (): Promise<FeatureRow> => {
    const found = await features.get(first.id);
    if (!found) throw new Error('The feature was not written.');
    return found;
  };
  const settle = async (posted: string[], ready?: 'pull') =>
    features.settle(await row(), { posted, ready, writtenStateId: 'state' }, NOW);

  try {
    const create = await unitsOf(() =>
      features.saveProjection(first, { scope: 'create', makesDue: true, now: NOW }),
    );
    await settle([], 'pull');
    const update = await unitsOf(() =>
      features.saveProjection(projected({ title: 'Another title' }, 1), {
        scope: 'edit',
        makesDue: false,
        now: NOW,
      }),
    );
    const started = await row();
    await features.report(started, { status: 'in_progress', runId: 'run' }, undefined, NOW);
    await settle([]);
    const commentId = outcomeCommentId('bench', { featureId: first.id, runId: 'run', status: 'passing' });
    const before = await row();
    const outcome = {
      status: 'passing' as const,
      runId: 'run',
      seq: before.statusSeq + 1,
      reportedAt: at(2),
    };
    const status = await unitsOf(async () => {
      await features.report(before, { status: 'passing', runId: 'run' }, { commentId, outcome }, NOW);
      await settle([commentId]);
    });
    const indexesOf = ({ indexes }: Bill) => indexes.join(', ') || 'no index';
    return [
      atMost(3, { what: `create (${indexesOf(create)})`, measured: create.units, limit: 1 }),
      atMost(1, {
        what: `an edit of what no index holds (${indexesOf(update)})`,
        measured: update.units,
        limit: 1,
      }),
      atMost(6, {
        what: `status, write-back, clear (${indexesOf(status)})`,
        measured: status.units,
        limit: 4,
      }),
      ...(await dependencyWriteUnits()),
    ];
  } finally {
    await tables.stop();
  }
};
