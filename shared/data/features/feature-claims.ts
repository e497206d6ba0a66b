import { reportKey } from '../../domain/features/status.ts';
import { and } from '../condition.ts';
import { dueFeature } from '../schedule/due.ts';
import type { Page, PageAfter, Written } from '../table.ts';
import { type FeatureRow, type FeaturesTable, featureRow, where } from './feature-row.ts';

/** What the index `claimable` says of a row: a hint, for it may be stale. */
export type Claimable = { id: string; claimIn: string; claimAt: string };

type Answer = { ok: true } | { ok: false; row: FeatureRow | undefined };

/** It can be claimed, now or at the end of its lease, or not, as when it was read. */
const isAsClaimable = ({ claimAt }: FeatureRow) =>
  claimAt ? where.exists('claimAt') : where.notExists('claimAt');

/**
 * Claims and their leases: writes *ours* and nothing else. `leaseUntil` is when a lease ends; `claimAt` is the
 * same time while the row may be claimed then, and gone while it does not qualify. Times are epoch milliseconds.
 */
export const featureClaims = (features: FeaturesTable) => {
  const answered = async (write: Promise<Written>): Promise<Answer> => {
    const written = await write;
    return written.ok ? written : { ok: false, row: written.row && featureRow(written.row) };
  };

  return {
    /** One page of what is ready in a project at one priority, or whose lease has run out; longest waiting first. */
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

    /** Hands a row out, if it is still as the index said. A lost race is `false`. */
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

    /** Moves the end of a lease, decided from `row`. Also one that ran out, until somebody else claims it. */
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

    /**
     * Gives a row back, decided from it: pending again. One that lost its readiness meanwhile, or that was never
     * claimed, has to be looked at before it is ready.
     */
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
