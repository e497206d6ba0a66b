import { reportKey } from '../../domain/features/status.ts';
import { type Page, type PageAfter, queryPage } from '../client.ts';
import { type FeatureRow, featureRow } from './feature-row.ts';
import { due, type FeatureWrites } from './feature-writes.ts';

/** What the index `claimable` says of a row: a hint, for it may be stale. */
export type Claimable = { id: string; claimIn: string; claimAt: string };

type Answer = { ok: true } | { ok: false; row: FeatureRow | undefined };

/**
 * Claims and their leases: writes *ours* and nothing else. `leaseUntil` is when a lease ends; `claimAt` is the
 * same time while the row may be claimed then, and gone while it does not qualify. Times are epoch milliseconds.
 */
export const featureClaims = ({ db, table, change }: FeatureWrites) => {
  const answered = async (write: ReturnType<FeatureWrites['change']>): Promise<Answer> => {
    const written = await write;
    return written.ok ? written : { ok: false, row: written.row && featureRow(written.row) };
  };

  return {
    /** One page of what is ready in a project at one priority, or whose lease has run out; longest waiting first. */
    async claimable(
      claimIn: string,
      { now, limit, start }: PageAfter & { now: number },
    ): Promise<Page<Claimable>> {
      const { items, next } = await queryPage(db, {
        TableName: table,
        IndexName: 'claimable',
        KeyConditionExpression: 'claimIn = :p AND claimAt <= :t',
        ExpressionAttributeValues: { ':p': claimIn, ':t': new Date(now).toISOString() },
        Limit: limit,
        ExclusiveStartKey: start,
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
      const { ok } = await change(id, {
        set: {
          status: 'in_progress',
          runId,
          claimAt: end,
          leaseUntil: end,
          updatedAt: new Date(now).toISOString(),
          ...due(id, now),
        },
        add: { statusSeq: 1, reports: new Set([reportKey({ runId, status: 'in_progress' })]) },
        when: '#claimAt = :seen AND #claimIn = :p AND #workspaceId = :w AND attribute_not_exists(#withdrawn)',
        values: { seen: claimAt, p: claimIn, w: workspaceId },
      });
      return ok;
    },

    /** Moves the end of a lease, decided from `row`. Also one that ran out, until somebody else claims it. */
    extendLease(row: FeatureRow, until: number): Promise<Answer> {
      const end = new Date(until).toISOString();
      return answered(
        change(row.id, {
          set: { leaseUntil: end, ...(row.claimAt ? { claimAt: end } : {}) },
          when: `#runId = :r AND #statusSeq = :q AND attribute_exists(#leaseUntil) AND ${row.claimAt ? 'attribute_exists(#claimAt)' : 'attribute_not_exists(#claimAt)'}`,
          values: { r: row.runId, q: row.statusSeq },
        }),
      );
    },

    /**
     * Gives a row back, decided from it: pending again. One that lost its readiness meanwhile, or that was never
     * claimed, has to be looked at before it is ready.
     */
    release(row: FeatureRow, key: string, now: number): Promise<Answer> {
      const at = new Date(now).toISOString();
      return answered(
        change(row.id, {
          set: {
            status: 'pending',
            statusSeq: row.statusSeq + 1,
            updatedAt: at,
            ...(row.claimAt ? { claimAt: at } : {}),
            ...due(row.id, now),
          },
          add: { reports: new Set([key]) },
          remove: ['leaseUntil'],
          when: `#statusSeq = :q AND #workspaceId = :w AND ${row.claimAt ? 'attribute_exists(#claimAt)' : 'attribute_not_exists(#claimAt)'}`,
          values: { q: row.statusSeq, w: row.workspaceId },
        }),
      );
    },
  };
};
