import { CLOSED_STATES, closureThere, type ProjectMirror } from '../../domain/mirror/project.ts';
import type { SyncProgress } from '../../domain/mirror/sync.ts';
import { dueUntil, UNSHARDED_DUE_IN } from '../../domain/schedule/due.ts';
import { isFromFuture } from '../../domain/version.ts';
import {
  batchGet,
  type Db,
  getRow,
  type Item,
  type Page,
  type PageAfter,
  type Query,
  queryPage,
} from '../client.ts';
import { readable } from '../readable.ts';
import { due, dueForSync, iso } from '../schedule/due.ts';
import { type DueBounds, type DueKey, dueKeys } from '../schedule/due-keys.ts';
import { type Change, update } from '../update.ts';
import { AS_READ, asReadValues, NEWER, OURS, refusal, versionValues } from './newer.ts';
import { type ProjectRow, projectRow } from './project-row.ts';

/** What became of a mirror. `revived`: closed in Linear before and open again, so its issues are read again. */
export type Mirrored = 'created' | 'updated' | 'revived' | 'unchanged';

/** What `closureThere` calls open, or no row yet. */
const WAS_OPEN =
  '(attribute_not_exists(#linearProjectId) OR #archivedThere = :no AND #linearState <> :done AND #linearState <> :off)';
const [done, off] = CLOSED_STATES;

/** Only a sync that nobody else took further. */
const SAME_SYNC = '#sync = :s';

/** One import of a workspace is started at a time, so a few of each are plenty. */
const BOUNDS: DueBounds = { enough: 100, pages: 3, mostPages: 10 };

/** Table `projects`: mirrors Linear's projects one to one. Times are epoch milliseconds. */
export const projectsTable = (db: Db, table: string) => {
  const change = (id: string, to: Change) => update(db, table, { id }, to);
  const dueQuery = (now: number): Query => ({
    TableName: table,
    IndexName: 'due',
    KeyConditionExpression: 'dueIn = :p AND dueAt <= :t',
    ExpressionAttributeValues: { ':p': UNSHARDED_DUE_IN, ':t': dueUntil(now) },
  });
  /** A sync that takes the place of another tells on in its history row. */
  const asking = (before: Pick<ProjectRow, 'sync'>, sync: SyncProgress, now: number): Item => ({
    sync: { ...sync, historyId: before.sync?.historyId ?? sync.historyId },
    ...dueForSync(sync, now),
  });

  return {
    async get(id: string): Promise<ProjectRow | undefined> {
      const row = await getRow(db, table, { id });
      return row && projectRow(row);
    },

    async getMany(ids: readonly string[]): Promise<ProjectRow[]> {
      return readable(await batchGet(db, table, ids), projectRow);
    },

    /** The project whose id is not derived from Linear's (it came from elsewhere), if any. */
    async idByLinearProject(linearProjectId: string): Promise<string | undefined> {
      const { items } = await queryPage(db, {
        TableName: table,
        IndexName: 'by_linear_project',
        KeyConditionExpression: 'linearProjectId = :p',
        ExpressionAttributeValues: { ':p': linearProjectId },
        Limit: 1,
      });
      return items[0] && String(items[0].id);
    },

    /**
     * Writes what Linear says of a project, unless we hold the same or newer: one operation. Never touches
     * `archivedHere`. One that is open again in Linear is asked to be imported (`revival`) in the same write.
     */
    async mirror(
      { id, workspaceId, linearProjectId, content, version }: ProjectMirror,
      { revival, now }: { revival: () => SyncProgress; now: number },
    ): Promise<Mirrored> {
      const write = (more: Item, conditions: readonly string[], values: Item) =>
        change(id, {
          set: { ...content, ...version, updatedAt: iso(now), ...more },
          init: { workspaceId, linearProjectId, archivedHere: false, createdAt: iso(now) },
          when: [...conditions, OURS].join(' AND '),
          values,
          returnOld: true,
        });
      const newer = versionValues(version, workspaceId);
      const written = closureThere(content)
        ? await write({}, [NEWER], newer)
        : await write({}, [NEWER, WAS_OPEN], { ...newer, no: false, done, off });
      // Of a new row some engines answer the key.
      if (written.ok) return written.old?.linearProjectId ? 'updated' : 'created';
      const [row] = readable(written.row ? [written.row] : [], projectRow);
      if (row?.workspaceId !== workspaceId) return 'unchanged';
      const isRevived = closureThere(row) && !closureThere(content);
      const yields = isFromFuture(row, now);
      if (!yields && !(isRevived && refusal(row, version) === 'newer')) return 'unchanged';
      const more = isRevived ? asking(row, revival(), now) : {};
      const again = yields
        ? await write(more, [AS_READ], asReadValues(row, workspaceId))
        : await write(more, [NEWER], newer);
      if (!again.ok) return 'unchanged';
      return isRevived ? 'revived' : 'updated';
    },

    /** Archives a project here, which no sync undoes; or ends that, and asks for its issues to be imported. */
    async archiveHere(row: ProjectRow, sync: SyncProgress | undefined, now: number): Promise<boolean> {
      const { ok } = await change(row.id, {
        set: {
          archivedHere: sync === undefined,
          updatedAt: iso(now),
          ...(sync ? asking(row, sync, now) : {}),
        },
        when: 'attribute_exists(#linearProjectId) AND #archivedHere = :before',
        values: { before: sync !== undefined },
      });
      return ok;
    },

    /** Asks for an import of one project. Two at once are one: the answer is the one that runs. */
    async askSync(id: string, sync: SyncProgress, now: number): Promise<SyncProgress | undefined> {
      const written = await change(id, {
        set: { ...asking({}, sync, now), updatedAt: iso(now) },
        when: 'attribute_exists(#linearProjectId) AND attribute_not_exists(#sync)',
      });
      if (written.ok) return sync;
      return written.row && projectRow(written.row).sync;
    },

    /** Keeps how far an import came and when to look after it; `undefined` ends it. Lost when another run went further. */
    async saveSync(
      { id, sync: before }: ProjectRow,
      next: SyncProgress | undefined,
      lookAt: number,
    ): Promise<boolean> {
      const { ok } = await change(id, {
        ...(next ? { set: { sync: next, ...due(lookAt) } } : { remove: ['sync', 'dueIn', 'dueAt'] }),
        when: SAME_SYNC,
        values: { s: before },
      });
      return ok;
    },

    /** Projects whose import is to be started, or started again where its run died; of each workspace at least some. */
    due(now: number, bounds: Partial<DueBounds> = {}): Promise<DueKey[]> {
      return dueKeys(dueQuery(now), { ...BOUNDS, ...bounds }, (query) => queryPage(db, query));
    },

    /** Some of those of one workspace, oldest first. */
    async dueOf(workspaceId: string, now: number): Promise<string[]> {
      const { ExpressionAttributeValues, ...query } = dueQuery(now);
      const { items } = await queryPage(db, {
        ...query,
        FilterExpression: 'workspaceId = :w',
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ':w': workspaceId },
      });
      return items.map(({ id }) => String(id));
    },

    /** One page of where a workspace's projects lie, by name: their ids, and to go on after each. */
    keysByWorkspace(workspaceId: string, { limit, start }: PageAfter): Promise<Page<Item>> {
      return queryPage(db, {
        TableName: table,
        IndexName: 'by_workspace',
        KeyConditionExpression: 'workspaceId = :w',
        ExpressionAttributeValues: { ':w': workspaceId },
        Limit: limit,
        ExclusiveStartKey: start,
      });
    },

    /** One page of a workspace's projects, by name. */
    async listByWorkspace(workspaceId: string, page: PageAfter): Promise<Page<ProjectRow>> {
      const { items, next } = await this.keysByWorkspace(workspaceId, page);
      return { items: await this.getMany(items.map(({ id }) => id)), next };
    },
  };
};

export type Projects = ReturnType<typeof projectsTable>;
