import type { Db } from '../client.ts';
import { and, conditions, or } from '../condition.ts';
import { tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import { iso } from './due.ts';

/** A row of `leases`. Times are ISO strings. */
type LeaseItem = {
  id: string;
  holder?: string;
  until?: string;
  /** Another worker found the lease held and has more for its holder to do. */
  askedAt?: string;
  expiresAtSeconds?: number;
};
const where = conditions<LeaseItem>();

/** Table `leases`: which worker holds what, and until when. Leases save requests; correctness never depends on them. */
export const leasesTable = (db: Db, name: string) => {
  const table = tableOf<LeaseItem>()(db, name, tables.leases);
  return {
    /**
     * Takes the lease unless another worker holds it. A lease far in the future, left by a jumped clock, counts as
     * free.
     */
    async take(id: string, holder: string, leaseMs: number, now: number): Promise<boolean> {
      const { ok } = await table.update(
        { id },
        {
          set: {
            holder,
            until: iso(now + leaseMs),
            expiresAtSeconds: Math.ceil((now + 24 * 3_600_000) / 1000),
          },
          remove: ['askedAt'],
          when: or(
            where.notExists('until'),
            where.lt('until', iso(now)),
            where.gt('until', iso(now + 2 * leaseMs)),
          ),
        },
      );
      return ok;
    },

    /** Extends the lease if we still hold it. */
    async extend(id: string, holder: string, leaseMs: number, now: number): Promise<boolean> {
      const { ok } = await table.update(
        { id },
        { set: { until: iso(now + leaseMs) }, when: and(where.eq('holder', holder), where.exists('until')) },
      );
      return ok;
    },

    /** Records for the holder of the lease that there is more to do. Returns `false` if nobody holds it. */
    async ask(id: string, now: number): Promise<boolean> {
      const at = iso(now);
      const { ok } = await table.update({ id }, { set: { askedAt: at }, when: where.gt('until', at) });
      return ok;
    },

    /** Releases the lease if we still hold it. */
    async release(id: string, holder: string): Promise<void> {
      await table.update({ id }, { remove: ['until', 'askedAt'], when: where.eq('holder', holder) });
    },

    /** Releases the lease unless more was asked for meanwhile. In that case we keep it, and the request is cleared. */
    async releaseUnlessAsked(id: string, holder: string): Promise<'released' | 'asked'> {
      const isHeld = where.eq('holder', holder);
      const released = await table.update(
        { id },
        { remove: ['until'], when: and(isHeld, where.notExists('askedAt')) },
      );
      if (released.ok) return 'released';
      const asked = await table.update({ id }, { remove: ['askedAt'], when: isHeld });
      return asked.ok ? 'asked' : 'released';
    },
  };
};

export type Leases = ReturnType<typeof leasesTable>;
