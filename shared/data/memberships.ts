import * as z from 'zod/mini';
import { parseRow } from '../parse.ts';
import { type Db, getRow, type Page, type PageAfter, queryPage } from './client.ts';
import { deleteIf, update } from './update.ts';

const MembershipRow = z.object({ role: z.enum(['owner', 'member']) });
type Role = z.output<typeof MembershipRow>['role'];

/** Table `memberships`: who sees which workspace. `sub` is the subject of a token, a person or a machine. */
export const membershipsTable = (db: Db, table: string) => ({
  async roleOf(sub: string, workspaceId: string): Promise<Role | undefined> {
    const row = await getRow(db, table, { sub, workspaceId });
    return row && parseRow(MembershipRow, row, 'memberships').role;
  },

  /** Adds a subject; one that is listed already keeps its role. */
  async add(sub: string, workspaceId: string, role: Role): Promise<void> {
    await update(db, table, { sub, workspaceId }, { init: { role } });
  },

  /** Removes a member; the owner stays. */
  async remove(sub: string, workspaceId: string): Promise<void> {
    const values = { member: 'member' };
    await deleteIf(db, table, { sub, workspaceId }, { when: '#role = :member', values });
  },

  /** One page of the ids of a subject's workspaces. */
  async listBySub(sub: string, { limit, start }: PageAfter): Promise<Page<string>> {
    const { items, next } = await queryPage(db, {
      TableName: table,
      KeyConditionExpression: '#sub = :s',
      ExpressionAttributeNames: { '#sub': 'sub' },
      ExpressionAttributeValues: { ':s': sub },
      Limit: limit,
      ExclusiveStartKey: start,
      ConsistentRead: true,
    });
    return { items: items.map(({ workspaceId }) => String(workspaceId)), next };
  },
});

export type Memberships = ReturnType<typeof membershipsTable>;
