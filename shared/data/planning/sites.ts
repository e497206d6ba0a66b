import type { SiteProblem } from '../../domain/planning/site.ts';
import type { Db } from '../client.ts';
import { and, conditions, or } from '../condition.ts';
import { iso } from '../schedule/due.ts';
import { tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import { type SiteItem, type SiteRow, siteRow } from './site-row.ts';

const where = conditions<SiteItem>();

/** What connecting a site stores. */
export type ConnectedSite = Pick<
  SiteRow,
  | 'workspaceId'
  | 'tenancy'
  | 'siteUrl'
  | 'cloudId'
  | 'authType'
  | 'sealed'
  | 'spaces'
  | 'accountId'
  | 'accountName'
>;

/**
 * The row is still about the credential that was read. Versions begin anew when a site is forgotten, so the time
 * belongs to it.
 */
const sameCredential = (row: SiteRow) => where.asRead(row, 'createdAt', 'credentialVersion');

/** Table `confluence_sites`: the Confluence site of each workspace that has one. Times are epoch ms. */
export const sitesTable = (db: Db, name: string) => {
  const table = tableOf<SiteItem>()(db, name, tables.confluence_sites);
  return {
    async get(workspaceId: string): Promise<SiteRow | undefined> {
      const row = await table.get({ workspaceId });
      return row && siteRow(row);
    },

    /** Stores a site in place of the one that was read, if any. Returns `false` if another was stored meanwhile. */
    async connect(
      { workspaceId, ...site }: ConnectedSite,
      { previous, now }: { previous: SiteRow | undefined; now: number },
    ): Promise<boolean> {
      const { ok } = await table.update(
        { workspaceId },
        {
          set: {
            ...site,
            credentialVersion: (previous?.credentialVersion ?? 0) + 1,
            state: 'connected',
            outages: 0,
            createdAt: previous?.createdAt ?? iso(now),
            updatedAt: iso(now),
          },
          remove: [
            'problem',
            'pausedUntil',
            ...(site.accountId === undefined ? (['accountId', 'accountName'] as const) : []),
          ],
          when: previous ? sameCredential(previous) : where.notExists('workspaceId'),
        },
      );
      return ok;
    },

    /** Deletes the site that was read. Returns `false` if another was stored meanwhile, or it is gone. */
    async forget(site: SiteRow): Promise<boolean> {
      return (await table.delete({ workspaceId: site.workspaceId }, sameCredential(site))) !== undefined;
    },

    /** Confluence wants no requests until then. A longer pause stays. */
    async pause(site: SiteRow, until: number): Promise<void> {
      await table.update(
        { workspaceId: site.workspaceId },
        {
          set: { pausedUntil: iso(until) },
          when: and(
            sameCredential(site),
            or(where.notExists('pausedUntil'), where.lt('pausedUntil', iso(until))),
          ),
        },
      );
    },

    /**
     * Confluence refused the credential (`problem`), or did not answer. Workers that notice the same failure count it
     * once; the others get `false`.
     */
    async failed(
      site: SiteRow,
      { problem, until, now }: { problem?: SiteProblem | undefined; until?: number | undefined; now: number },
    ): Promise<boolean> {
      const { ok } = await table.update(
        { workspaceId: site.workspaceId },
        {
          set: {
            ...(problem && { state: 'refused' as const, problem }),
            ...(until && { pausedUntil: iso(until) }),
            updatedAt: iso(now),
          },
          add: { outages: 1 },
          when: and(sameCredential(site), where.asRead(site, 'outages')),
        },
      );
      return ok;
    },

    /** Confluence answers and accepts the credential. Returns `false` if the row has changed since it was read. */
    async recovered(site: SiteRow, now: number): Promise<boolean> {
      const { ok } = await table.update(
        { workspaceId: site.workspaceId },
        {
          set: { state: 'connected', outages: 0, updatedAt: iso(now) },
          remove: ['problem', 'pausedUntil'],
          when: and(sameCredential(site), where.asRead(site, 'outages', 'pausedUntil')),
        },
      );
      return ok;
    },
  };
};

export type Sites = ReturnType<typeof sitesTable>;
