import { claimableFrom, claimPlace } from '../../domain/features/claim-place.ts';
import { isBlocked } from '../../domain/features/dependencies.ts';
import { type Change, changeOf, combined } from '../change.ts';
import { and, or } from '../condition.ts';
import { dueFeature, iso, notDue } from '../schedule/due.ts';
import { dependenciesChange } from './feature-dependencies.ts';
import { type FeatureItem, type FeatureRow, type FeaturesTable, where } from './feature-row.ts';

/** The result of processing a feature. Times are epoch milliseconds. */
export type Settlement = {
  /** Ids of the comments that are no longer owed. */
  posted: readonly string[];
  /** It may be handed out from now on, by a claim or by an announcement. */
  ready?: 'pull' | 'push' | undefined;
  /** How many others wait for it, if it is ready to be claimed. */
  waiting?: number | undefined;
  /** An open issue blocks it, or it has open sub-issues with the trigger label, so it is not ready. */
  held?: boolean | undefined;
  /** A human reopened it, so it is pending again. */
  reopened?: boolean | undefined;
  /** Its lease expired and nobody can claim it, so it is pending again. */
  takenBack?: boolean | undefined;
  /** The state that we left the issue in. If only `settledStateId` is given, somebody else chose the state. */
  writtenStateId?: string | undefined;
  /** The state of the issue when its latest status was written back. */
  settledStateId?: string | undefined;
  /** Why Linear refuses the rest for good. Shown to people. */
  failure?: string | undefined;
  /** Nothing could be written back. The latest status is still to be written, should the issue reappear. */
  unwritten?: boolean | undefined;
  /** When the feature is due again. Without it the feature is not due. */
  again?: number | undefined;
};

type Part = Change<FeatureItem>;
const part = changeOf<FeatureItem>();

/** A run holds it, but it was taken out of `claimable` and qualifies again, so the end of its lease belongs there. */
const holdsLease = ({ status, leaseUntil, claimAt, claimIn, withdrawn }: FeatureRow): boolean =>
  status === 'in_progress' &&
  Boolean(leaseUntil && claimIn) &&
  claimAt === undefined &&
  withdrawn === undefined;

/** It still qualifies, and no other edit was projected since the row was read. */
const confirmed = (row: FeatureRow) =>
  and(where.asRead(row, 'linearUpdatedAt'), where.exists('claimIn'), where.notExists('withdrawn'));

/** The row was neither reported on nor made due since it was read. */
const unchanged = (row: FeatureRow) =>
  and(
    where.asRead(row, 'statusSeq', 'dueAt'),
    // It has not begun to qualify meanwhile. Otherwise it may have to be made ready, which this settlement did not
    // consider.
    row.claimIn ? undefined : where.notExists('claimIn'),
  );

/** Processing is over: the due time is cleared or moved. */
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

/** Posted comments are no longer owed, and we may move the issue from the state that we left it in. */
const writtenBack = ({ posted, writtenStateId, failure }: Settlement): Part =>
  part({
    set: { writtenStateId, failure },
    removeEntries: { owed: posted },
  });

/**
 * Records where the issue was when its latest status was written back, unless somebody was seen to move it meanwhile.
 */
const settled = (row: FeatureRow, { settledStateId, writtenStateId }: Settlement): Part =>
  settledStateId === undefined
    ? {}
    : part({
        set: { settledStateId },
        remove: [
          'echoStateId',
          'movedToStateId',
          'carriedToStateId',
          // Somebody else put the issue there, so the state that we once left it in no longer counts.
          writtenStateId ? undefined : 'writtenStateId',
        ],
        when: and(
          // No webhook has shown meanwhile that a lost write of ours was applied after all.
          or(
            where.asRead(row, 'echoStateId'),
            where.notExists('echoStateId'),
            where.eq('echoStateId', settledStateId),
          ),
          where.asRead(row, 'movedToStateId'),
        ),
      });

/** It may be handed out, by a claim or by an announcement. */
const ready = (row: FeatureRow, { ready: way, waiting = 0 }: Settlement, now: number): Part => {
  // A feature that was ready before keeps the time that it has waited.
  const since = row.claimAt === undefined || row.status !== 'pending' ? now : claimableFrom(row.claimAt);
  return part({
    set: {
      ...(way === 'pull' ? { claimAt: claimPlace(waiting, since) } : { readyAt: iso(now) }),
      readySeq: row.readySeq + 1,
    },
    remove: [way === 'pull' ? 'readyAt' : 'claimAt'],
    when: confirmed(row),
  });
};

/** It must not be handed out. */
const held = ({ heldBySubIssues }: FeatureRow): Part => ({
  set: heldBySubIssues ? { heldBySubIssues } : {},
  remove: ['claimAt', 'readyAt', heldBySubIssues ? undefined : 'heldBySubIssues'],
});
const notHeld: Part = { remove: ['heldBySubIssues'] };

/** A run keeps it although it is blocked, but no other run may take it when the lease is over. */
const keptBlocked = ({ claimAt }: FeatureRow): Part => (claimAt === undefined ? {} : { remove: ['claimAt'] });

/** What the issue depends on. That it is blocked counts only for the edit that was read. */
const dependencies = (row: FeatureRow): Part => {
  const change = dependenciesChange(row);
  return change.set?.blockedIn === undefined ? change : { ...change, when: confirmed(row) };
};

/** Another run may take it, because a human reopened it or the run that held it is over. */
const pendingAgain = (row: FeatureRow): Part => ({
  set: { status: 'pending', statusSeq: row.statusSeq + 1 },
  when: confirmed(row),
});
const takenBack = (row: FeatureRow): Part => ({
  remove: ['leaseUntil'],
  when: where.asRead(row, 'leaseUntil'),
});

/** The run keeps it, and the end of its lease is in `claimable` again. */
const resumed = (row: FeatureRow): Part => ({
  set: { claimAt: row.leaseUntil },
  when: and(confirmed(row), where.asRead(row, 'leaseUntil')),
});

/** The settlement as one change of the row. */
const settlementOf = (row: FeatureRow, settlement: Settlement, now: number): Part => {
  const isPendingAgain = Boolean(settlement.reopened || settlement.takenBack);
  const seq = row.statusSeq + (isPendingAgain ? 1 : 0);
  const isKeptBlocked = row.status === 'in_progress' && !isPendingAgain && isBlocked(row);
  return combined<FeatureItem>(
    over(row, settlement, now),
    writtenBack(settlement),
    { set: { writtenSeq: settlement.unwritten ? row.writtenSeq : seq } },
    settled(row, settlement),
    dependencies(row),
    settlement.held ? held(row) : notHeld,
    isPendingAgain ? pendingAgain(row) : {},
    settlement.takenBack ? takenBack(row) : {},
    settlement.ready ? ready(row, settlement, now) : {},
    isKeptBlocked ? keptBlocked(row) : {},
    !settlement.ready && !isPendingAgain && !isKeptBlocked && holdsLease(row) ? resumed(row) : {},
  );
};

/** How processing a feature ends. */
export const featureSettlements = (features: FeaturesTable) => ({
  /**
   * Ends the processing of a feature: what was posted is no longer owed, and what may be handed out is ready. A row
   * that changed meanwhile stays due, and records only what was written to Linear.
   */
  async settle(row: FeatureRow, settlement: Settlement, now: number): Promise<'settled' | 'changed'> {
    const { ok } = await features.update({ id: row.id }, settlementOf(row, settlement, now));
    if (ok) return 'settled';
    if (settlement.posted.length > 0 || settlement.writtenStateId)
      await features.update({ id: row.id }, writtenBack(settlement));
    return 'changed';
  },
});
