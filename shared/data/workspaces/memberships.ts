import * as z from 'zod/mini';
import { type Membership, roles } from '../../domain/workspaces/membership.ts';
import { parseRow } from '../../parse.ts';
import { type Db, getRow, type Item, type Page, type PageAfter, queryPage } from '../client.ts';
import { maybeText, number, text } from '../fields.ts';
import { readable } from '../readable.ts';
import { deleteIf, update } from '../update.ts';

const MembershipRow = z.object({
  sub: text,
  workspaceId: text,
  role: z.enum(roles),
  /** Absent, and 0, until a workspace is first taken over. */
  tenancy: z._default(number, 0),
  invitedBy: maybeText,
  invitedAt: maybeText,
});
export type MembershipRow = z.output<typeof MembershipRow>;

const membershipRow = (row: unknown): MembershipRow => parseRow(MembershipRow, row, 'memberships');

/** A row of this tenancy; those of the first have no such attribute. */
export const isOfTenancy = (tenancy: number): string =>
  tenancy === 0 ? 'attribute_not_exists(#tenancy)' : '#tenancy = :tenancy';
const isNoneOrOlder = (tenancy: number): string =>
  tenancy === 0 ? 'attribute_not_exists(#role)' : '(attribute_not_exists(#tenancy) OR #tenancy < :tenancy)';
/** Values and attributes of a tenancy; the first has none. */
export const ofTenancy = (tenancy: number): Item => (tenancy === 0 ? {} : { tenancy });

/** Table `memberships`: who sees which workspace. `sub` is the subject of a token, a person or a machine. */
export const membershipsTable = (db: Db, table: string) => ({
  async get(sub: string, workspaceId: string): Promise<Membership | undefined> {
    const row = await getRow(db, table, { sub, workspaceId });
    return row && membershipRow(row);
  },

  /** Whoever connected a workspace, or took it. */
  async addOwner(sub: string, workspaceId: string, tenancy: number): Promise<void> {
    await update(
      db,
      table,
      { sub, workspaceId },
      {
        set: { role: 'owner', ...ofTenancy(tenancy) },
        when: isNoneOrOlder(tenancy),
        values: ofTenancy(tenancy),
      },
    );
  },

  /** Asks a subject to become a member. One that is a member, or was asked already, stays so. `now` is epoch ms. */
  async invite(
    sub: string,
    workspaceId: string,
    { tenancy, by, now }: { tenancy: number; by: string; now: number },
  ): Promise<void> {
    const invitation = { role: 'invited', invitedBy: by, invitedAt: new Date(now).toISOString() };
    await update(
      db,
      table,
      { sub, workspaceId },
      {
        set: { ...invitation, ...ofTenancy(tenancy) },
        when: isNoneOrOlder(tenancy),
        values: ofTenancy(tenancy),
      },
    );
  },

  /** Makes an invited subject a member, unless the invitation was taken back meanwhile. */
  async accept(sub: string, workspaceId: string, tenancy: number): Promise<boolean> {
    const { ok } = await update(
      db,
      table,
      { sub, workspaceId },
      {
        set: { role: 'member' },
        when: `#role = :invited AND ${isOfTenancy(tenancy)}`,
        values: { invited: 'invited', ...ofTenancy(tenancy) },
      },
    );
    return ok;
  },

  /** Removes a member or an invitation; the owner stays. */
  async remove(sub: string, workspaceId: string, tenancy: number): Promise<void> {
    const values = { owner: 'owner', ...ofTenancy(tenancy) };
    const when = `#role <> :owner AND ${isOfTenancy(tenancy)}`;
    await deleteIf(db, table, { sub, workspaceId }, { when, values });
  },

  /** One page of a subject's rows, those of tenancies that are over too. */
  async listBySub(sub: string, { limit, start }: PageAfter): Promise<Page<MembershipRow>> {
    const { items, next } = await queryPage(db, {
      TableName: table,
      KeyConditionExpression: '#sub = :s',
      ExpressionAttributeNames: { '#sub': 'sub' },
      ExpressionAttributeValues: { ':s': sub },
      Limit: limit,
      ExclusiveStartKey: start,
      ConsistentRead: true,
    });
    return { items: readable(items, membershipRow), next };
  },

  /** One page of a workspace's subjects, those of tenancies that are over too. The index may be a little behind. */
  async listByWorkspace(workspaceId: string, { limit, start }: PageAfter): Promise<Page<MembershipRow>> {
    const { items, next } = await queryPage(db, {
      TableName: table,
      IndexName: 'by_workspace',
      KeyConditionExpression: 'workspaceId = :w',
      ExpressionAttributeValues: { ':w': workspaceId },
      Limit: limit,
      ExclusiveStartKey: start,
    });
    return { items: readable(items, membershipRow), next };
  },
});

export type Memberships = ReturnType<typeof membershipsTable>;
