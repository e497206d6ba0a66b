import type { Db } from '../client.ts';
import { update } from '../update.ts';

/** Table `leases`: who works on what, for a while. They save requests; correctness never rests on one. */
export const leasesTable = (db: Db, table: string) => ({
  /** Takes the lease unless somebody holds it. One that a jumped clock left far ahead counts as free. */
  async take(id: string, holder: string, leaseMs: number, now: number): Promise<boolean> {
    const until = new Date(now + leaseMs).toISOString();
    const { ok } = await update(
      db,
      table,
      { id },
      {
        set: { holder, until, expiresAtSeconds: Math.ceil((now + 24 * 3_600_000) / 1000) },
        remove: ['askedAt'],
        when: 'attribute_not_exists(#until) OR #until < :now OR #until > :far',
        values: { now: new Date(now).toISOString(), far: new Date(now + 2 * leaseMs).toISOString() },
      },
    );
    return ok;
  },

  /** Holds it for longer, if it is still ours. */
  async extend(id: string, holder: string, leaseMs: number, now: number): Promise<boolean> {
    const { ok } = await update(
      db,
      table,
      { id },
      {
        set: { until: new Date(now + leaseMs).toISOString() },
        when: '#holder = :h AND attribute_exists(#until)',
        values: { h: holder },
      },
    );
    return ok;
  },

  /** Tells whoever holds the lease that there is more to do. `false`: nobody holds it. */
  async ask(id: string, now: number): Promise<boolean> {
    const at = new Date(now).toISOString();
    const { ok } = await update(
      db,
      table,
      { id },
      { set: { askedAt: at }, when: '#until > :n', values: { n: at } },
    );
    return ok;
  },

  /** Gives it back, if it is still ours. */
  async release(id: string, holder: string): Promise<void> {
    await update(
      db,
      table,
      { id },
      { remove: ['until', 'askedAt'], when: '#holder = :h', values: { h: holder } },
    );
  },

  /** Gives it back, unless somebody asked for more meanwhile: then it stays ours, and the asking is over. */
  async releaseUnlessAsked(id: string, holder: string): Promise<'released' | 'asked'> {
    const values = { h: holder };
    const when = '#holder = :h AND attribute_not_exists(#askedAt)';
    if ((await update(db, table, { id }, { remove: ['until'], when, values })).ok) return 'released';
    const asked = await update(db, table, { id }, { remove: ['askedAt'], when: '#holder = :h', values });
    return asked.ok ? 'asked' : 'released';
  },
});

export type Leases = ReturnType<typeof leasesTable>;
