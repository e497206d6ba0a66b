import { dueUntil, UNSHARDED_DUE_IN } from '../../domain/schedule/due.ts';
import type { Db } from '../client.ts';
import { and } from '../condition.ts';
import { due, iso, notDue } from '../schedule/due.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import { workspaceAwaited } from './workspace-awaited.ts';
import { workspaceConnections } from './workspace-connections.ts';
import { type WorkspaceItem, type WorkspaceRow, where, workspaceRow } from './workspace-row.ts';
import { workspaceSettings } from './workspace-settings.ts';
import { workspaceSyncs } from './workspace-syncs.ts';

/** Below DynamoDB's own page limit of 1 MB. */
const DUE_A_PAGE = 5_000;

/** Table `workspaces`: one row for each Linear organization that was ever connected. Times are epoch ms. */
export const workspacesTable = (db: Db, name: string) => {
  const table = tableOf<WorkspaceItem>()(db, name, tables.workspaces);
  return {
    ...workspaceConnections(table),
    ...workspaceSettings(table),
    ...workspaceSyncs(table),
    ...workspaceAwaited(table),

    async get(id: string): Promise<WorkspaceRow | undefined> {
      const row = await table.get({ id });
      return row && workspaceRow(row);
    },

    async getMany(ids: readonly string[]): Promise<WorkspaceRow[]> {
      return table.readable(await table.batchGet(ids.map((id) => ({ id }))), workspaceRow);
    },

    /**
     * The workspace whose id is not derived from its organization's, because it was created elsewhere, if there is
     * one.
     */
    async idByLinearOrganization(linearOrganizationId: string): Promise<string | undefined> {
      const { items } = await table.query({
        index: 'by_linear_org',
        where: where.eq('linearOrganizationId', linearOrganizationId),
        limit: 1,
      });
      return items[0] && String(items[0].id);
    },

    /** Makes a connected workspace due now, whatever its due time was. */
    async makeDue(id: string, now: number): Promise<void> {
      await table.update({ id }, { set: due(now), when: where.eq('connection', 'connected') });
    },

    async pause(id: string, until: number): Promise<void> {
      await table.update({ id }, { set: { pausedUntil: iso(until) }, when: where.exists('ownerId') });
    },

    /**
     * Pauses a workspace because Linear did not answer, longer each time. Workers that notice the same outage count
     * it once.
     */
    async backOff({ id, outages }: WorkspaceRow, until: number): Promise<void> {
      await table.update(
        { id },
        {
          set: { outages: outages + 1, pausedUntil: iso(until) },
          when:
            outages > 0
              ? where.eq('outages', outages)
              : and(where.notExists('outages'), where.exists('ownerId')),
        },
      );
    },

    /** Linear answers again, so its outages are forgotten. */
    async recovered({ id, outages }: WorkspaceRow): Promise<void> {
      await table.update({ id }, { remove: ['outages'], when: where.eq('outages', outages) });
    },

    /** Records that a run that began at `at` has made all parked features due again. */
    async unparked(row: WorkspaceRow, at: number): Promise<void> {
      await table.update(
        { id: row.id },
        { set: { unparkedAt: iso(at) }, when: where.asRead(row, 'connectedAt') },
      );
    },

    /** Sets when the workspace is due again, if it is. Returns `false` if it was made due meanwhile. */
    async setDue(row: WorkspaceRow, at: number | undefined): Promise<boolean> {
      // The index was stale: the row is no longer due.
      if (row.dueAt === undefined) return false;
      const { ok } = await table.update(
        { id: row.id },
        {
          ...(at === undefined ? { remove: notDue } : { set: due(at) }),
          when: where.asRead(row, 'dueAt'),
        },
      );
      return ok;
    },

    /** One page of ids of due workspaces, oldest first. */
    async due(now: number, { limit = DUE_A_PAGE, start }: Partial<PageAfter> = {}): Promise<Page<string>> {
      const { items, next } = await table.query({
        index: 'due',
        where: and(where.eq('dueIn', UNSHARDED_DUE_IN), where.lte('dueAt', dueUntil(now))),
        limit,
        start,
      });
      return { items: items.map(({ id }) => String(id)), next };
    },
  };
};

export type Workspaces = ReturnType<typeof workspacesTable>;
