import { type Db, update } from './client.ts';

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
        when: 'attribute_not_exists(#until) OR #until < :now OR #until > :far',
        values: { now: new Date(now).toISOString(), far: new Date(now + 2 * leaseMs).toISOString() },
      },
    );
    return ok;
  },

  /** Gives it back, if it is still ours. */
  async release(id: string, holder: string): Promise<void> {
    await update(db, table, { id }, { remove: ['until'], when: '#holder = :h', values: { h: holder } });
  },
});

export type Leases = ReturnType<typeof leasesTable>;
