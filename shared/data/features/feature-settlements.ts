import { type Change, changeOf, combined } from '../change.ts';
import { and, or } from '../condition.ts';
import { dueFeature, notDue } from '../schedule/due.ts';
import { type FeatureItem, type FeatureRow, type FeaturesTable, where } from './feature-row.ts';

/** What came of processing a feature. Times are epoch milliseconds. */
export type Settlement = {
  /** Ids of the comments that are owed no more. */
  posted: readonly string[];
  /** It may be handed out from now on: to whoever claims it, or by being announced. */
  ready?: 'pull' | 'push' | undefined;
  /** It has open sub-issues that carry the trigger label: it is not ready, or no longer. */
  held?: boolean | undefined;
  /** A human asked for another go: pending again. */
  reopened?: boolean | undefined;
  /** Its lease ran out where nobody can claim it: pending again. */
  takenBack?: boolean | undefined;
  /** The state the issue is in by our own doing; with `settledStateId` and without this, it is somebody else's. */
  writtenStateId?: string | undefined;
  /** The state of the issue once the latest status is written back. */
  settledStateId?: string | undefined;
  /** Why Linear will never take the rest, for people to read. */
  failure?: string | undefined;
  /** Nothing could be written back. The latest status still has to be, should the issue appear again. */
  untold?: boolean | undefined;
  /** When the feature is due again; never, unless given. */
  again?: number | undefined;
};

type Part = Change<FeatureItem>;
const part = changeOf<FeatureItem>();

/** It was taken out of `claimable` while a run held it, and qualifies again: its lease has to end there. */
const holdsLease = ({ status, leaseUntil, claimAt, claimIn, withdrawn }: FeatureRow): boolean =>
  status === 'in_progress' &&
  Boolean(leaseUntil && claimIn) &&
  claimAt === undefined &&
  withdrawn === undefined;

/** It still qualifies, and nothing newer of Linear has been written since the row was read. */
const confirmed = (row: FeatureRow) =>
  and(where.asRead(row, 'linearUpdatedAt'), where.exists('claimIn'), where.notExists('withdrawn'));

/** Nobody has reported, and nobody has made the row due, since it was read. */
const unchanged = (row: FeatureRow) =>
  and(
    where.asRead(row, 'statusSeq', 'dueAt'),
    // It has not begun to qualify meanwhile. Whoever found that it did may not have made it ready yet.
    row.claimIn ? undefined : where.notExists('claimIn'),
  );

/** What it was due for is done, and it is due again when it has to be. */
const over = (row: FeatureRow, { failure, again }: Settlement, now: number): Part =>
  part({
    set: {
      failure,
      updatedAt: new Date(now).toISOString(),
      ...(again === undefined ? {} : dueFeature(row.id, again)),
    },
    remove: [
      'resyncAt',
      'absentSince',
      failure ? undefined : 'failure',
      row.undoneTries > 0 ? 'undoneTries' : undefined,
      ...(again === undefined ? notDue : []),
    ],
    when: unchanged(row),
  });

/** The comments that stand are owed no more, and the state that we left the issue in is ours to leave again. */
const writtenBack = ({ posted, writtenStateId, failure }: Settlement): Part =>
  part({
    set: { writtenStateId, failure },
    removeEntries: { owed: posted },
  });

/** The latest status is written back, and the issue stays where it is now, unless somebody was seen to move it meanwhile. */
const settled = (row: FeatureRow, { settledStateId, writtenStateId }: Settlement): Part =>
  settledStateId === undefined
    ? {}
    : part({
        set: { settledStateId },
        remove: [
          'echoStateId',
          'movedToStateId',
          'carriedToStateId',
          // Somebody else put the issue there: that we once left it there no longer counts.
          writtenStateId ? undefined : 'writtenStateId',
        ],
        when: and(
          // No webhook has shown meanwhile that a write of ours, given up for lost, was applied after all.
          or(
            where.asRead(row, 'echoStateId'),
            where.notExists('echoStateId'),
            where.eq('echoStateId', settledStateId),
          ),
          where.asRead(row, 'movedToStateId'),
        ),
      });

/** It may be handed out: claimed, or announced. */
const ready = (row: FeatureRow, way: 'pull' | 'push', now: number): Part => {
  const at = new Date(now).toISOString();
  return part({
    set: { ...(way === 'pull' ? { claimAt: at } : { readyAt: at }), readySeq: row.readySeq + 1 },
    remove: [way === 'pull' ? 'readyAt' : 'claimAt'],
    when: confirmed(row),
  });
};

/** It must not be handed out. */
const held: Part = { set: { heldBySubIssues: true }, remove: ['claimAt', 'readyAt'] };
const notHeld: Part = { remove: ['heldBySubIssues'] };

/** Another run may take it: a human asked for that, or the run that held it is over. */
const pendingAgain = (row: FeatureRow): Part => ({
  set: { status: 'pending', statusSeq: row.statusSeq + 1 },
  when: confirmed(row),
});
const takenBack = (row: FeatureRow): Part => ({
  remove: ['leaseUntil'],
  when: where.asRead(row, 'leaseUntil'),
});

/** The run that holds it goes on, and its lease ends in `claimable` again. */
const resumed = (row: FeatureRow): Part => ({
  set: { claimAt: row.leaseUntil },
  when: and(confirmed(row), where.asRead(row, 'leaseUntil')),
});

/** The settlement as one change of the row. */
const settlementOf = (row: FeatureRow, settlement: Settlement, now: number): Part => {
  const isPendingAgain = Boolean(settlement.reopened || settlement.takenBack);
  const seq = row.statusSeq + (isPendingAgain ? 1 : 0);
  return combined<FeatureItem>(
    over(row, settlement, now),
    writtenBack(settlement),
    { set: { writtenSeq: settlement.untold ? row.writtenSeq : seq } },
    settled(row, settlement),
    settlement.held ? held : notHeld,
    isPendingAgain ? pendingAgain(row) : {},
    settlement.takenBack ? takenBack(row) : {},
    settlement.ready ? ready(row, settlement.ready, now) : {},
    !settlement.ready && !isPendingAgain && holdsLease(row) ? resumed(row) : {},
  );
};

/** How processing a feature ends. */
export const featureSettlements = (features: FeaturesTable) => ({
  /**
   * Ends the processing of a feature: what was written back is no longer owed, and what may be handed out is ready.
   * A row that changed meanwhile stays due, and loses only the outcomes that Linear shows by now.
   */
  async settle(row: FeatureRow, settlement: Settlement, now: number): Promise<'settled' | 'changed'> {
    const { ok } = await features.update({ id: row.id }, settlementOf(row, settlement, now));
    if (ok) return 'settled';
    if (settlement.posted.length > 0 || settlement.writtenStateId)
      await features.update({ id: row.id }, writtenBack(settlement));
    return 'changed';
  },
});
