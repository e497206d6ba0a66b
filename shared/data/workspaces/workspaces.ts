import { dueUntil, UNSHARDED_DUE_IN } from '../../domain/schedule/due.ts';
import { batchGet, type Db, getRow, type Page, type PageAfter, queryPage } from '../client.ts';
import { readable } from '../readable.ts';
import { due, iso } from '../schedule/due.ts';
import { workspaceConnections } from './workspace-connections.ts';
import { type WorkspaceRow, workspaceRow } from './workspace-row.ts';
import { workspaceSettings } from './workspace-settings.ts';
import { workspaceSyncs } from './workspace-syncs.ts';
import { workspaceWrites } from './workspace-writes.ts';

/** Less than DynamoDB's own page of 1 MB. */
const DUE_A_PAGE = 5_000;

/** Table `workspaces`: one row for each Linear organization that was ever connected. Times are epoch ms. */
export const workspacesTable = (db: Db, table: string) => {
  const writes = workspaceWrites(db, table);
  const { change } = writes;
  return {
    ...workspaceConnections(writes),
    ...workspaceSettings(writes),
    ...workspaceSyncs(writes),

    async get(id: string): Promise<WorkspaceRow | undefined> {
      const row = await getRow(db, table, { id });
      return row && workspaceRow(row);
    },

    async getMany(ids: readonly string[]): Promise<WorkspaceRow[]> {
      return readable(await batchGet(db, table, ids), workspaceRow);
    },

    /** The workspace of an organization whose id is not derived from it (it came from elsewhere), if any. */
    async idByLinearOrganization(linearOrganizationId: string): Promise<string | undefined> {
      const { items } = await queryPage(db, {
        TableName: table,
        IndexName: 'by_linear_org',
        KeyConditionExpression: 'linearOrganizationId = :o',
        ExpressionAttributeValues: { ':o': linearOrganizationId },
        Limit: 1,
      });
      return items[0] && String(items[0].id);
    },

    /** Makes the workspace due for a look, whatever it was due for. */
    async askLook(id: string, now: number): Promise<void> {
      await change(id, { set: due(now), when: '#connection = :c', values: { c: 'connected' } });
    },

    async pause(id: string, until: number): Promise<void> {
      await change(id, { set: { pausedUntil: iso(until) }, when: 'attribute_exists(#ownerId)' });
    },

    /** Linear did not answer: leaves it alone for a while, longer each time. Counted once by whoever saw it at once. */
    async backOff(row: WorkspaceRow, until: number): Promise<void> {
      await change(row.id, {
        set: { outages: row.outages + 1, pausedUntil: iso(until) },
        when:
          row.outages > 0 ? '#outages = :o' : 'attribute_not_exists(#outages) AND attribute_exists(#ownerId)',
        values: row.outages > 0 ? { o: row.outages } : {},
      });
    },

    /** Linear answers again. */
    async recovered(row: WorkspaceRow): Promise<void> {
      await change(row.id, { remove: ['outages'], when: '#outages = :o', values: { o: row.outages } });
    },

    /** Notes that all of its features that were parked at `at` are due again. */
    async unparked({ id, connectedAt }: WorkspaceRow, at: number): Promise<void> {
      await change(id, {
        set: { unparkedAt: iso(at) },
        when: '#connectedAt = :c',
        values: { c: connectedAt },
      });
    },

    /** Looks again at `at`; a workspace that is not connected is parked. Lost when somebody asked meanwhile. */
    async lookAgain(row: WorkspaceRow, at: number | undefined): Promise<boolean> {
      // The index that named it was behind: it is not due any more.
      if (row.dueAt === undefined) return false;
      const { ok } = await change(row.id, {
        ...(at === undefined ? { remove: ['dueIn', 'dueAt'] } : { set: due(at) }),
        when: '#dueAt = :d',
        values: { d: row.dueAt },
      });
      return ok;
    },

    /** One page of ids of what is due, oldest first. */
    async due(now: number, { limit = DUE_A_PAGE, start }: Partial<PageAfter> = {}): Promise<Page<string>> {
      const { items, next } = await queryPage(db, {
        TableName: table,
        IndexName: 'due',
        KeyConditionExpression: 'dueIn = :p AND dueAt <= :t',
        ExpressionAttributeValues: { ':p': UNSHARDED_DUE_IN, ':t': dueUntil(now) },
        Limit: limit,
        ExclusiveStartKey: start,
      });
      return { items: items.map(({ id }) => String(id)), next };
    },
  };
};

export type Workspaces = ReturnType<typeof workspacesTable>;
