import type { Told } from '../../domain/features/dependencies.ts';
import type { Projection, WithdrawnIssue } from '../../domain/features/feature.ts';
import type { ProjectionScope } from '../../domain/features/placement.ts';
import { placeSeen } from '../../domain/features/write-back.ts';
import { derivedId } from '../../domain/ids.ts';
import type { Mover } from '../../domain/mirror/delivery.ts';
import { dueUntil, SOON_MS } from '../../domain/schedule/due.ts';
import { isFromFuture, type Version } from '../../domain/version.ts';
import { type Change, changeOf } from '../change.ts';
import { and, type Condition, or } from '../condition.ts';
import { storeDescription } from '../description.ts';
import { isAsRead, isNewer, isOurs, type Refusal, refusal } from '../mirror/versioned.ts';
import { dueFeature, iso } from '../schedule/due.ts';
import { type FeatureItem, type FeaturesTable, featureRow, where } from './feature-row.ts';

const change = changeOf<FeatureItem>();

/**
 * A feature is ready only if its issue was read since it last began to qualify, so whatever ends that removes these.
 */
const READINESS = ['claimIn', 'claimAt', 'readyAt', 'heldBySubIssues', 'blockedIn', 'blockedBy'] as const;

const scopeCondition: Record<ProjectionScope, Condition<FeatureItem> | undefined> = {
  create: undefined,
  edit: where.exists('claimIn'),
  update: where.exists('issue'),
};

/** The echo of our own write shows the state that we left the issue in, or the feature is processed soon anyway. */
const isExpected = (stateId: string, now: number) =>
  or(where.eq('writtenStateId', stateId), where.lte('dueAt', dueUntil(now + SOON_MS)));

/** What every new row has, whoever creates it. */
export const born = (row: { workspaceId: string; linearIssueId: string }, now: number) => ({
  workspaceId: row.workspaceId,
  linearIssueId: row.linearIssueId,
  status: 'pending' as const,
  statusSeq: 0,
  owed: {},
  createdAt: new Date(now).toISOString(),
});

/**
 * What Linear says about a feature: writes *theirs*, and removes what readiness consists of. `retry` also notes a
 * `failure`. Times are epoch milliseconds.
 */
export const featureProjections = (features: FeaturesTable) => {
  const applied = async (
    { id, workspaceId, version }: { id: string; workspaceId: string; version: Version },
    now: number,
    { when, ...written }: Change<FeatureItem>,
  ): Promise<'written' | Refusal | 'out_of_scope'> => {
    const write = (mayReplace: Condition<FeatureItem>) =>
      features.update(
        { id },
        {
          ...written,
          when: and(mayReplace, isOurs(workspaceId), when),
          set: { ...written.set, ...version, updatedAt: new Date(now).toISOString() },
          add: { revision: 1 },
        },
      );
    let answer = await write(isNewer(version));
    if (!answer.ok && answer.row && isFromFuture(answer.row, now)) answer = await write(isAsRead(answer.row));
    if (answer.ok) return 'written';
    if (!answer.row) return 'out_of_scope';
    const [row] = features.readable([answer.row], featureRow);
    if (row?.workspaceId !== workspaceId) return 'out_of_scope';
    const why = refusal(row, version);
    if (why !== 'tied') return why === 'newer' ? 'out_of_scope' : why;
    await features.update({ id }, { set: { resyncAt: version.seenAt, ...dueFeature(id, now) } });
    return 'tied';
  };

  return {
    /**
     * Writes what Linear says, unless the row shows the same or something newer. Revives a withdrawn feature. Answers
     * `out_of_scope` for a row outside of `scope`, and for an echo of our own write that shows another state than the
     * one we left, unless it makes the feature due or the feature is due soon anyway.
     */
    saveProjection(
      { version, id, workspaceId, linearIssueId, claimIn, issue, ...theirs }: Projection,
      {
        scope,
        makesDue,
        now,
        mover,
      }: { scope: ProjectionScope; makesDue: boolean; now: number; mover?: Mover | undefined },
    ) {
      const isEcho = mover === 'us';
      const { set: placed, remove: forgotten } = placeSeen(mover, issue.state.id);
      return applied(
        { id, workspaceId, version },
        now,
        change({
          set: {
            ...theirs,
            issue: { ...issue, ...storeDescription(issue.description) },
            claimIn,
            ...placed,
            ...(makesDue ? dueFeature(id, now) : {}),
          },
          init: born({ workspaceId, linearIssueId }, now),
          remove: ['withdrawn', 'absentSince', ...forgotten, ...(claimIn ? [] : READINESS)],
          when: and(scopeCondition[scope], isEcho && !makesDue && isExpected(issue.state.id, now)),
        }),
      );
    },

    /**
     * Withdraws a feature. Without a row it creates a tombstone, so that a late, older event cannot create the
     * feature.
     */
    withdraw({ id, version, reason, ...keys }: WithdrawnIssue, now: number) {
      return applied(
        { id, version, workspaceId: keys.workspaceId },
        now,
        change({
          set: { withdrawn: reason, ...dueFeature(id, now) },
          init: born(keys, now),
          remove: READINESS,
        }),
      );
    },

    /**
     * Records why an issue could not be applied, and makes it due for a retry, unless it is due earlier. The same
     * reason asks for no second retry.
     */
    async retry(
      { id, failure, ...keys }: { id: string; workspaceId: string; linearIssueId: string; failure: string },
      { at, now }: { at: number; now: number },
    ): Promise<void> {
      const iso = new Date(now).toISOString();
      const noted = { failure, resyncAt: iso, updatedAt: iso };
      const isNews = and(
        isOurs(keys.workspaceId),
        or(where.notExists('failure'), where.ne('failure', failure)),
      );
      const asked = await features.update(
        { id },
        {
          set: { ...noted, ...dueFeature(id, at) },
          init: born(keys, now),
          when: and(isNews, or(where.notExists('dueAt'), where.gt('dueAt', dueUntil(at)))),
        },
      );
      if (!asked.ok && asked.row && asked.row.failure !== failure)
        await features.update({ id }, { set: noted, when: isNews });
    },

    /** Makes an issue due for a read because of an event that is too late to be trusted, unless the row is newer. */
    async hint(
      { id, version, ...keys }: { id: string; workspaceId: string; linearIssueId: string; version: Version },
      now: number,
    ): Promise<'hinted' | 'stale'> {
      const set = {
        resyncAt: version.seenAt,
        ...dueFeature(id, now),
        updatedAt: new Date(now).toISOString(),
      };
      const { linearUpdatedAt, contentHash } = version;
      const asked = await features.update(
        { id },
        {
          set,
          init: born(keys, now),
          when: and(
            or(
              where.notExists('linearUpdatedAt'),
              where.lt('linearUpdatedAt', linearUpdatedAt),
              and(where.eq('linearUpdatedAt', linearUpdatedAt), where.ne('contentHash', contentHash)),
            ),
            isOurs(keys.workspaceId),
          ),
        },
      );
      if (asked.ok) return 'hinted';
      if (!asked.row || !isFromFuture(asked.row, now)) return 'stale';
      const { ok } = await features.update({ id }, { set, when: isOurs(keys.workspaceId) });
      return ok ? 'hinted' : 'stale';
    },

    /**
     * Makes the row of a blocking issue due, so that the features that depend on it are told what became of it. Returns
     * `false`, without any effect, if none does. `isDoubtful`: some of them know already, so all have to be told what is
     * read next, whatever it is. `seenAs`: what an event shows, which asks for nothing if it is what they were told,
     * unless the row is being processed.
     */
    async makeBlockerDue(
      { linearIssueId, workspaceId }: { linearIssueId: string; workspaceId: string },
      now: number,
      { isDoubtful = false, seenAs }: { isDoubtful?: boolean; seenAs?: Told } = {},
    ): Promise<boolean> {
      const id = derivedId('feature', linearIssueId);
      const { ok } = await features.update(
        { id },
        {
          set: {
            resyncAt: iso(now),
            ...dueFeature(id, now),
            toldAs: isDoubtful ? ('telling' as const) : undefined,
          },
          when: and(
            where.eq('workspaceId', workspaceId),
            where.exists('toldAs'),
            seenAs && or(where.ne('toldAs', seenAs), where.lte('dueAt', dueUntil(now + SOON_MS))),
          ),
        },
      );
      return ok;
    },

    /**
     * Makes the feature of an issue due because a sub-issue may hold it back or release it. Unlike `makeDue` it replaces
     * the due time, so that a worker that has already read Linear cannot clear it.
     */
    async makeParentDue(
      { linearIssueId, workspaceId }: { linearIssueId: string; workspaceId: string },
      now: number,
    ): Promise<void> {
      const id = derivedId('feature', linearIssueId);
      await features.update(
        { id },
        {
          set: { resyncAt: new Date(now).toISOString(), ...dueFeature(id, now) },
          when: and(
            where.eq('workspaceId', workspaceId),
            where.eq('status', 'pending'),
            where.exists('claimIn'),
          ),
        },
      );
    },
  };
};
