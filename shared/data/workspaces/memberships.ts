import * as z from 'zod/mini';
import { type Membership, roles } from '../../domain/workspaces/membership.ts';
import { parseRow } from '../../parse.ts';
import type { Db } from '../client.ts';
import { and, type Condition, conditions, or } from '../condition.ts';
import { maybeText, number, type Stored, text } from '../fields.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import * as tables from '../tables.ts';

const MembershipRow = z.object({
  sub: text,
  workspaceId: text,
  role: z.enum(roles),
  /** Absent, which means 0, until somebody new takes the workspace over. */
  tenancy: z._default(number, 0),
  invitedBy: maybeText,
  invitedAt: maybeText,
});
export type MembershipRow = z.output<typeof MembershipRow>;
type MembershipItem = Stored<typeof MembershipRow>;

export const where = conditions<MembershipItem>();

const membershipRow = (row: unknown): MembershipRow => parseRow(MembershipRow, row, 'memberships');

const ofAnyTenancy = conditions<{ tenancy?: number | undefined }>();

/** Matches rows of this tenancy. Rows of tenancy 0 have no such attribute. */
export const isOfTenancy = (tenancy: number): Condition<{ tenancy?: number | undefined }> =>
  tenancy === 0 ? ofAnyTenancy.notExists('tenancy') : ofAnyTenancy.eq('tenancy', tenancy);
const isNoneOrOlder = (tenancy: number) =>
  tenancy === 0 ? where.notExists('role') : or(where.notExists('tenancy'), where.lt('tenancy', tenancy));
/** The attributes of a tenancy. Tenancy 0 has none. */
const ofTenancy = (tenancy: number): { tenancy?: number } => (tenancy === 0 ? {} : { tenancy });

export const openMemberships = (db: Db, name: string) =>
  tableOf<MembershipItem>()(db, name, tables.memberships);

/** Table `memberships`: who sees which workspace. `sub` is the subject of a token, a person or a machine. */
export const membershipsTable = (db: Db, name: string) => {
  const table = openMemberships(db, name);
  return {
    async get(sub: string, workspaceId: string): Promise<Membership | undefined> {
      const row = await table.get({ sub, workspaceId });
      return row && membershipRow(row);
    },

    /** Adds whoever connected a workspace or took it over. */
    async addOwner(sub: string, workspaceId: string, tenancy: number): Promise<void> {
      await table.update(
        { sub, workspaceId },
        { set: { role: 'owner', ...ofTenancy(tenancy) }, when: isNoneOrOlder(tenancy) },
      );
    },

    /** Invites a subject. A member stays a member, and an invitation stays as it is. `now` is epoch milliseconds. */
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

    /** Makes an invited subject a member, unless the invitation was withdrawn meanwhile. */
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

    /** One page of a subject's rows, including those of earlier tenancies. */
    async listBySub(sub: string, page: PageAfter): Promise<Page<MembershipRow>> {
      const { items, next } = await table.query({ where: where.eq('sub', sub), consistent: true, ...page });
      return { items: table.readable(items, membershipRow), next };
    },

    /** One page of a workspace's subjects, including those of earlier tenancies. The index may lag behind slightly. */
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
