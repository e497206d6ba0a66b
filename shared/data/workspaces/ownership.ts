import type { Tenant } from '../../domain/workspaces/membership.ts';
import type { Db } from '../client.ts';
import { and } from '../condition.ts';
import { iso } from '../schedule/due.ts';
import { tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import { transact } from '../transaction.ts';
import { isOfTenancy, openMemberships, where as whereMember } from './memberships.ts';
import { type WorkspaceItem, where } from './workspace-row.ts';

/**
 * The owner is stored on the workspace's row and as a role on memberships, so a hand-over changes all of them in one
 * transaction.
 */
export const ownership = (db: Db, names: { workspaces: string; memberships: string }) => {
  const workspaces = tableOf<WorkspaceItem>()(db, names.workspaces, tables.workspaces);
  const memberships = openMemberships(db, names.memberships);
  return {
    /**
     * Makes a member the owner, and the owner a member. Returns `false` if either has changed roles. `now` is epoch
     * milliseconds.
     */
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
      const outcome = await transact(db, [
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
      return outcome === 'done';
    },
  };
};

export type Ownership = ReturnType<typeof ownership>;
