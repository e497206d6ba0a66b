import type { Tenant } from '../../domain/workspaces/membership.ts';
import type { Db } from '../client.ts';
import { iso } from '../schedule/due.ts';
import { updateTogether } from '../update.ts';
import { isOfTenancy, ofTenancy } from './memberships.ts';

/** Who owns a workspace stands on its row, and as roles on two memberships: they change in one transaction. */
export const ownership = (
  db: Db,
  { workspaces, memberships }: { workspaces: string; memberships: string },
) => ({
  /** Makes a member the owner, and the owner a member. Lost where either is not so any more. `now` is epoch ms. */
  async handOver(
    { id, ownerId, tenancy }: Tenant & { id: string },
    to: string,
    now: number,
  ): Promise<boolean> {
    const role = (sub: string, from: 'owner' | 'member', into: 'owner' | 'member') => ({
      table: memberships,
      key: { sub, workspaceId: id },
      change: {
        set: { role: into },
        when: `#role = :from AND ${isOfTenancy(tenancy)}`,
        values: { from, ...ofTenancy(tenancy) },
      },
    });
    return updateTogether(db, [
      {
        table: workspaces,
        key: { id },
        change: {
          set: { ownerId: to, updatedAt: iso(now) },
          when: `#ownerId = :o AND ${isOfTenancy(tenancy)}`,
          values: { o: ownerId, ...ofTenancy(tenancy) },
        },
      },
      role(to, 'member', 'owner'),
      role(ownerId, 'owner', 'member'),
    ]);
  },
});

export type Ownership = ReturnType<typeof ownership>;
