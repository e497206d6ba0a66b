import { reportKey } from '../../domain/features/status.ts';
import { and } from '../condition.ts';
import { dueFeature } from '../schedule/due.ts';
import type { Page, PageAfter, Written } from '../table.ts';
import { type FeatureRow, type FeaturesTable, featureRow, where } from './feature-row.ts';

/** What the index `claimable` shows of a row. It may be stale, so it is only a hint. */
export type Claimable = { id: string; claimIn: string; claimAt: string };

type Answer = { ok: true } | { ok: false; row: FeatureRow | undefined };

/** `claimAt` is still present, or still absent, as when the row was read. */
const isAsClaimable = ({ claimAt }: FeatureRow) =>
  claimAt ? where.exists('claimAt') : where.notExists('claimAt');

/**
 * Claims and their leases; writes *ours* only. `leaseUntil` is the end of a lease. `claimAt` is the same time while
 * the row qualifies, and absent otherwise. Times are epoch milliseconds.
 */
export const featureClaims = (features: FeaturesTable) => {
  const answered = async (write: Promise<Written>): Promise<Answer> => {
    const written = await write;
    return written.ok ? written : { ok: false, row: written.row && featureRow(written.row) };
  };

  return {
    /**
     * One page of a project's features of one priority that are ready or have an expired lease, longest waiting
     * first.
     */
    async claimable(
      claimIn: string,
      { now, limit, start }: PageAfter & { now: number },
    ): Promise<Page<Claimable>> {
      const { items, next } = await features.query({
        index: 'claimable',
        where: and(where.eq('claimIn', claimIn), where.lte('claimAt', new Date(now).toISOString())),
        limit,
        start,
      });
      const keys = items.map(({ id, claimAt }) => ({ id: String(id), claimIn, claimAt: String(claimAt) }));
      return { items: keys, next };
    },

    /** Hands a row out if it still is as the index showed it. Returns `false` if another caller was faster. */
    async claim(
      { id, claimIn, claimAt }: Claimable,
      { workspaceId, runId, until, now }: { workspaceId: string; runId: string; until: number; now: number },
    ): Promise<boolean> {
      const end = new Date(until).toISOString();
      const { ok } = await features.update(
        { id },
        {
          set: {
            status: 'in_progress',
            runId,
            claimAt: end,
            leaseUntil: end,
            updatedAt: new Date(now).toISOString(),
            ...dueFeature(id, now),
          },
          add: { statusSeq: 1, reports: new Set([reportKey({ runId, status: 'in_progress' })]) },
          when: and(
            where.eq('claimAt', claimAt),
            where.eq('claimIn', claimIn),
            where.eq('workspaceId', workspaceId),
            where.notExists('withdrawn'),
          ),
        },
      );
      return ok;
    },

    /**
     * Moves the end of the lease of `row`. This also revives an expired lease, unless somebody else has claimed the
     * feature.
     */
    extendLease(row: FeatureRow, until: number): Promise<Answer> {
      const end = new Date(until).toISOString();
      return answered(
        features.update(
          { id: row.id },
          {
            set: { leaseUntil: end, ...(row.claimAt ? { claimAt: end } : {}) },
            when: and(
              where.asRead(row, 'runId', 'statusSeq'),
              where.exists('leaseUntil'),
              isAsClaimable(row),
            ),
          },
        ),
      );
    },

    /** Makes a claimed row pending again. A row that is not in `claimable` has to be processed before it is ready. */
    release(row: FeatureRow, key: string, now: number): Promise<Answer> {
      const at = new Date(now).toISOString();
      return answered(
        features.update(
          { id: row.id },
          {
            set: {
              status: 'pending',
              statusSeq: row.statusSeq + 1,
              updatedAt: at,
              ...(row.claimAt ? { claimAt: at } : {}),
              ...dueFeature(row.id, now),
            },
            add: { reports: new Set([key]) },
            remove: ['leaseUntil'],
            when: and(where.asRead(row, 'statusSeq', 'workspaceId'), isAsClaimable(row)),
          },
        ),
      );
    },
  };
};
