import type { Db } from '../client.ts';
import { and, conditions, or } from '../condition.ts';
import { tableOf } from '../table.ts';
import { tables } from '../tables.ts';

/** A row of `leases`. Times are ISO strings. */
type LeaseItem = {
  id: string;
  holder?: string;
  until?: string;
  /** Somebody found the lease held, and has more for its holder to do. */
  askedAt?: string;
  expiresAtSeconds?: number;
};
const where = conditions<LeaseItem>();

const iso = (at: number) => new Date(at).toISOString();

/** Table `leases`: who works on what, for a while. They save requests; correctness never rests on one. */
export const leasesTable = (db: Db, name: string) => {
  const table = tableOf<LeaseItem>()(db, name, tables.leases);
  return {
    /** Takes the lease unless somebody holds it. One that a jumped clock left far ahead counts as free. */
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

    /** Holds it for longer, if it is still ours. */
    async extend(id: string, holder: string, leaseMs: number, now: number): Promise<boolean> {
      const { ok } = await table.update(
        { id },
        { set: { until: iso(now + leaseMs) }, when: and(where.eq('holder', holder), where.exists('until')) },
      );
      return ok;
    },

    /** Tells whoever holds the lease that there is more to do. `false`: nobody holds it. */
    async ask(id: string, now: number): Promise<boolean> {
      const at = iso(now);
      const { ok } = await table.update({ id }, { set: { askedAt: at }, when: where.gt('until', at) });
      return ok;
    },

    /** Gives it back, if it is still ours. */
    async release(id: string, holder: string): Promise<void> {
      await table.update({ id }, { remove: ['until', 'askedAt'], when: where.eq('holder', holder) });
    },

    /** Gives it back, unless somebody asked for more meanwhile: then it stays ours, and the asking is over. */
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
