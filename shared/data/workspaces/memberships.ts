import * as z from 'zod/mini';
import { type Membership, roles } from '../../domain/workspaces/membership.ts';
import { parseRow } from '../../parse.ts';
import type { Db } from '../client.ts';
import { and, type Condition, conditions, or } from '../condition.ts';
import { maybeText, number, type Stored, text } from '../fields.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import { tables } from '../tables.ts';

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
type MembershipItem = Stored<typeof MembershipRow>;

export const where = conditions<MembershipItem>();

const membershipRow = (row: unknown): MembershipRow => parseRow(MembershipRow, row, 'memberships');

const ofAnyTenancy = conditions<{ tenancy?: number | undefined }>();

/** A row of this tenancy; those of the first have no such attribute. */
export const isOfTenancy = (tenancy: number): Condition<{ tenancy?: number | undefined }> =>
  tenancy === 0 ? ofAnyTenancy.notExists('tenancy') : ofAnyTenancy.eq('tenancy', tenancy);
const isNoneOrOlder = (tenancy: number) =>
  tenancy === 0 ? where.notExists('role') : or(where.notExists('tenancy'), where.lt('tenancy', tenancy));
/** The attributes of a tenancy; the first has none. */
const ofTenancy = (tenancy: number): { tenancy?: number } => (tenancy === 0 ? {} : { tenancy });

export const membershipsDoor = (db: Db, name: string) =>
  tableOf<MembershipItem>()(db, name, tables.memberships);

/** Table `memberships`: who sees which workspace. `sub` is the subject of a token, a person or a machine. */
export const membershipsTable = (db: Db, name: string) => {
  const table = membershipsDoor(db, name);
  return {
    async get(sub: string, workspaceId: string): Promise<Membership | undefined> {
      const row = await table.get({ sub, workspaceId });
      return row && membershipRow(row);
    },

    /** Whoever connected a workspace, or took it. */
    async addOwner(sub: string, workspaceId: string, tenancy: number): Promise<void> {
      await table.update(
        { sub, workspaceId },
        { set: { role: 'owner', ...ofTenancy(tenancy) }, when: isNoneOrOlder(tenancy) },
      );
    },

    /** Asks a subject to become a member. One that is a member, or was asked already, stays so. `now` is epoch ms. */
    async invite(
      sub: string,
      workspaceId: string,
      { tenancy, by, now }: { tenancy: number; by: string; now: number },
    ): Promise<void> {
      const invitation = { role: 'invited' as const, invitedBy: by, invitedAt: new Date(now).toISOString() };
      await table.update(
        { sub, workspaceId },
        { set: { ...invitation, ...ofTenancy(tenancy) }, when: isNoneOrOlder(tenancy) },
      );
    },

    /** Makes an invited subject a member, unless the invitation was taken back meanwhile. */
    async accept(sub: string, workspaceId: string, tenancy: number): Promise<boolean> {
      const { ok } = await table.update(
        { sub, workspaceId },
        { set: { role: 'member' }, when: and(where.eq('role', 'invited'), isOfTenancy(tenancy)) },
      );
      return ok;
    },

    /** Removes a member or an invitation; the owner stays. */
    async remove(sub: string, workspaceId: string, tenancy: number): Promise<void> {
      await table.delete({ sub, workspaceId }, and(where.ne('role', 'owner'), isOfTenancy(tenancy)));
    },

    /** One page of a subject's rows, those of tenancies that are over too. */
    async listBySub(sub: string, page: PageAfter): Promise<Page<MembershipRow>> {
      const { items, next } = await table.query({ where: where.eq('sub', sub), consistent: true, ...page });
      return { items: table.readable(items, membershipRow), next };
    },

    /** One page of a workspace's subjects, those of tenancies that are over too. The index may be a little behind. */
    async listByWorkspace(workspaceId: string, page: PageAfter): Promise<Page<MembershipRow>> {
      const { items, next } = await table.query({
        index: 'by_workspace',
        where: where.eq('workspaceId', workspaceId),
        ...page,
      });
      return { items: table.readable(items, membershipRow), next };
    },
  };
};

export type Memberships = ReturnType<typeof membershipsTable>;
