import { derivedId } from '../../../shared/domain/ids.ts';
import { startTables } from '../../../testing/tables.ts';
import { type Bill, billing } from '../../harness/billed.ts';
import { startIssuesPoller } from '../../harness/issues-poller.ts';
import { atMost, type Row } from '../../report/row.ts';

/** Longer than functions may not know that a blocker is awaited. */
const UNAWARE_MS = 91_000;
const DEPENDENTS = ['first', 'second', 'third', 'fourth', 'fifth'];

/**
 * The write units of features that are blocked and released, from the webhook, or the reconcile that finds a relation,
 * to the end of their processing. `limit`: what has to be stored, and the indexes that are entered or left for good.
 */
export const dependencyWriteUnits = async (): Promise<Row[]> => {
  const tables = await startTables();
  const unitsOf = billing(tables);
  try {
    const { workspaces, features, row, process, create, createUnlabelled, block, complete, now, advance } =
      await startIssuesPoller(tables);
    const writeRow = async () => workspaces.setDue(await row(), now());
    const rowBefore = await unitsOf(writeRow);

    await create('free');
    const ready = await unitsOf(() => process('free'));
    for (const id of ['alone', ...DEPENDENTS]) {
      await create(id);
      await process(id);
    }
    await createUnlabelled('blocker of one');
    await createUnlabelled('blocker of all');

    const newBlocker = await unitsOf(() => block('alone', 'blocker of one'));
    for (const id of DEPENDENTS.slice(1)) await block(id, 'blocker of all');
    const knownBlocker = await unitsOf(() => block('first', 'blocker of all'));
    advance(UNAWARE_MS);
    const readAgain = await unitsOf(() => process('alone'));
    await process('second');
    const rowWithFilter = await unitsOf(writeRow);

    const webhook = await unitsOf(() => complete('blocker of one'));
    const releaseOfOne = await unitsOf(() => process('blocker of one'));
    await complete('blocker of all');
    const releaseOfAll = await unitsOf(() => process('blocker of all'));
    const released = await features.getMany(['alone', ...DEPENDENTS].map((id) => derivedId('feature', id)));
    if (released.some(({ claimAt }) => claimAt === undefined)) throw new Error('Not all were released.');

    const billed = (goal: number, limit: number, what: string, bill: Bill) =>
      atMost(goal, { what: `${what} (${bill.indexes.join(', ')})`, measured: bill.units, limit });
    return [
      billed(3, 2, 'becoming ready', ready),
      billed(7, 4, 'becoming blocked', knownBlocker),
      billed(11, 6, '… by what nobody waited for', newBlocker),
      billed(2, 0, '… the second read then', readAgain),
      billed(2, 1, 'webhook of a completed blocker', webhook),
      billed(10, 4, 'release of one', releaseOfOne),
      atMost(6, {
        what: '… of each further one',
        measured: (releaseOfAll.units - releaseOfOne.units) / (DEPENDENTS.length - 1),
        limit: 3,
      }),
      atMost(1, {
        what: 'a write of the workspace’s row, for the filter',
        measured: rowWithFilter.units - rowBefore.units,
        limit: 0,
      }),
    ];
  } finally {
    await tables.stop();
  }
};
