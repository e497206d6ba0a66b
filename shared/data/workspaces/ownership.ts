import type { Tenant } from '../../domain/workspaces/membership.ts';
import type { Db } from '../client.ts';
import { and } from '../condition.ts';
import { iso } from '../schedule/due.ts';
import { tableOf, transact } from '../table.ts';
import { tables } from '../tables.ts';
import { isOfTenancy, membershipsDoor, where as whereMember } from './memberships.ts';
import { type WorkspaceItem, where } from './workspace-row.ts';

/** Who owns a workspace stands on its row, and as roles on two memberships: they change in one transaction. */
export const ownership = (db: Db, names: { workspaces: string; memberships: string }) => {
  const workspaces = tableOf<WorkspaceItem>()(db, names.workspaces, tables.workspaces);
  const memberships = membershipsDoor(db, names.memberships);
  return {
    /** Makes a member the owner, and the owner a member. Lost where either is not so any more. `now` is epoch ms. */
    async handOver(
      { id, ownerId, tenancy }: Tenant & { id: string },
      to: string,
      now: number,
    ): Promise<boolean> {
      const role = (sub: string, from: 'owner' | 'member', into: 'owner' | 'member') =>
        memberships.step(
          { sub, workspaceId: id },
          { set: { role: into }, when: and(whereMember.eq('role', from), isOfTenancy(tenancy)) },
        );
      return transact(db, [
        workspaces.step(
          { id },
          {
            set: { ownerId: to, updatedAt: iso(now) },
            when: and(where.eq('ownerId', ownerId), isOfTenancy(tenancy)),
          },
        ),
        role(to, 'member', 'owner'),
        role(ownerId, 'owner', 'member'),
      ]);
    },
  };
};

export type Ownership = ReturnType<typeof ownership>;
