import type { Features } from '../../../data/features/features.ts';
import type { ReconcileProgress, WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Now } from '../../../domain/clock.ts';
import { openBlockersHash } from '../../../domain/features/dependencies.ts';
import { derivedId } from '../../../domain/ids.ts';
import { CLOCK_SKEW_MS } from '../../../domain/version.ts';
import { inParallel } from '../../../in-parallel.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';

/** Linear answers at most 250 issues. */
const BLOCKED_A_PAGE = 250;
const DAY_MS = 24 * 3_600_000;

type Deps = { features: Features; linear: WithLinear; now: Now };

/** What is left to read, and how many features became due. */
type Page<K extends 'relations' | 'blocked'> = { rest: ReconcileProgress[K]; woken: number };

/** The watermark of relations (ISO). A workspace without one has read older relations with its issues. */
export const relationsFrom = ({ relationsWatermark, connectedAt }: WorkspaceRow, now: number): string =>
  relationsWatermark ?? new Date(Math.max(Date.parse(connectedAt), now - DAY_MS)).toISOString();

/**
 * From when on (ISO) a reconcile reads relations. Linear commits out of order by up to `overlapMs`, so this much before
 * the watermark is read again until a run began late enough to have seen it.
 */
export const relationsSince = (
  row: WorkspaceRow,
  { overlapMs, now }: { overlapMs: number; now: number },
): string => {
  const watermark = Date.parse(relationsFrom(row, now));
  const isSettled =
    row.relationsReadAt !== undefined &&
    Date.parse(row.relationsReadAt) >= watermark + overlapMs + CLOCK_SKEW_MS;
  return new Date(isSettled ? watermark + 1 : watermark - overlapMs).toISOString();
};

/**
 * Reads what webhooks do not report about dependencies, page by page, and makes the features due that know something
 * else. A new or changed relation shows in the list of relations; one that was deleted only by being absent, so the
 * blockers of all blocked features are read again.
 */
export const followRelations = ({ features, linear, now }: Deps) => {
  const makeDue = (ids: readonly string[], { id: workspaceId }: WorkspaceRow) =>
    inParallel(ids, (id) => features.makeDependentDue(id, workspaceId, now()));

  return {
    /** One page of the relations that are new or changed. `newest`: the greatest `updatedAt` of the page. */
    async changed(
      row: WorkspaceRow,
      { since, after }: NonNullable<ReconcileProgress['relations']>,
    ): Promise<Page<'relations'> & { newest: string | undefined }> {
      const { items, newest, next } = await linear(row.id, (api) => api.relationsSince(since, after));
      const blockersOf = Map.groupBy(items, ({ blockedId }) => derivedId('feature', blockedId));
      const unaware = (await features.getMany([...blockersOf.keys()])).filter(
        ({ id, workspaceId, claimIn, withdrawn, blockers = [] }) =>
          workspaceId === row.id &&
          claimIn !== undefined &&
          withdrawn === undefined &&
          blockersOf
            .get(id)
            ?.some(({ blockerId }) => !blockers.some(({ linearIssueId }) => linearIssueId === blockerId)),
      );
      await makeDue(
        unaware.map(({ id }) => id),
        row,
      );
      return { rest: next === undefined ? undefined : { since, after: next }, newest, woken: unaware.length };
    },

    /** One page of the blocked features. */
    async blocked(
      row: WorkspaceRow,
      { cursor }: NonNullable<ReconcileProgress['blocked']>,
    ): Promise<Page<'blocked'> & { requests: number }> {
      const start = cursor === undefined ? undefined : JSON.parse(cursor);
      const { items, next } = await features.blocked(row.id, { limit: BLOCKED_A_PAGE, start });
      const rest = next && { cursor: JSON.stringify(next) };
      if (items.length === 0) return { rest, woken: 0, requests: 0 };
      const issueIds = items.map(({ linearIssueId }) => linearIssueId);
      const read = await linear(row.id, (api) => api.blockersOf(issueIds));
      const outdated = items.filter(({ linearIssueId, openHash }) => {
        const now = read.get(linearIssueId);
        return now !== undefined && openBlockersHash(now.blockers) !== openHash;
      });
      await makeDue(
        outdated.map(({ id }) => id),
        row,
      );
      return { rest, woken: outdated.length, requests: 1 };
    },
  };
};

export type FollowRelations = ReturnType<typeof followRelations>;
