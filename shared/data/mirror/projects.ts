import { CLOSED_STATES, closureThere, type ProjectMirror } from '../../domain/mirror/project.ts';
import type { SyncProgress } from '../../domain/mirror/sync.ts';
import { dueUntil, UNSHARDED_DUE_IN } from '../../domain/schedule/due.ts';
import { isFromFuture } from '../../domain/version.ts';
import type { Change } from '../change.ts';
import type { Db, Item } from '../client.ts';
import { and, type Condition, or } from '../condition.ts';
import { due, dueForSync, iso, notDue } from '../schedule/due.ts';
import { type DueBounds, type DueKey, dueKeys } from '../schedule/due-keys.ts';
import { type Page, type PageAfter, tableOf } from '../table.ts';
import * as tables from '../tables.ts';
import { type ProjectItem, type ProjectRow, projectRow, where } from './project-row.ts';
import { isAsRead, isNewer, isOurs, refusal } from './versioned.ts';

/** The result of mirroring. `revived`: it was closed in Linear and is open again, so its issues are read again. */
export type Mirrored = 'created' | 'updated' | 'revived' | 'unchanged';

const [done, off] = CLOSED_STATES;
/** Open by the rules of `closureThere`, or without a row. */
const wasOpen = or(
  where.notExists('linearProjectId'),
  and(where.eq('archivedThere', false), where.ne('linearState', done), where.ne('linearState', off)),
);

/** One sync of a workspace is started at a time, so a few rows of each are enough. */
const BOUNDS: DueBounds = { enough: 100, pages: 3, mostPages: 10 };

/** Table `projects`: the mirrors of Linear's projects, one to one. Times are epoch milliseconds. */
export const projectsTable = (db: Db, name: string) => {
  const table = tableOf<ProjectItem>()(db, name, tables.projects);

  /** A sync that replaces another continues its history row. */
  const asking = (before: Pick<ProjectRow, 'sync'>, sync: SyncProgress, now: number) => ({
    sync: { ...sync, historyId: before.sync?.historyId ?? sync.historyId },
    ...dueForSync(sync, now),
  });

  const getMany = async (ids: readonly string[]): Promise<ProjectRow[]> =>
    table.readable(await table.batchGet(ids.map((id) => ({ id }))), projectRow);

  /** One page of a workspace's projects, by name: their ids and the key to continue from. */
  const keysByWorkspace = (workspaceId: string, page: PageAfter): Promise<Page<Item>> =>
    table.query({ index: 'by_workspace', where: where.eq('workspaceId', workspaceId), ...page });

  return {
    async get(id: string): Promise<ProjectRow | undefined> {
      const row = await table.get({ id });
      return row && projectRow(row);
    },

    getMany,
    keysByWorkspace,

    /** The project whose id is not derived from Linear's id, because it was created elsewhere, if there is one. */
    async idByLinearProject(linearProjectId: string): Promise<string | undefined> {
      const { items } = await table.query({
        index: 'by_linear_project',
        where: where.eq('linearProjectId', linearProjectId),
        limit: 1,
      });
      return items[0] && String(items[0].id);
    },

    /**
     * Writes what Linear says about a project, unless the row shows the same or something newer. Never touches
     * `archivedHere`. A project that is open again in Linear gets the sync `revival` in the same write.
     */
    async mirror(
      { id, workspaceId, linearProjectId, content, version }: ProjectMirror,
      { revival, now }: { revival: () => SyncProgress; now: number },
    ): Promise<Mirrored> {
      const write = (more: Change<ProjectItem>['set'], condition: Condition<ProjectItem>) =>
        table.update(
          { id },
          {
            set: { ...content, ...version, updatedAt: iso(now), ...more },
            init: { workspaceId, linearProjectId, archivedHere: false, createdAt: iso(now) },
            when: and(condition, isOurs(workspaceId)),
          },
          { returnOld: true },
        );
      const newer = isNewer(version);
      const written = await write({}, closureThere(content) ? newer : and<ProjectItem>(newer, wasOpen));
      // For a new row, some engines return only the key.
      if (written.ok) return written.old?.linearProjectId ? 'updated' : 'created';
      const [row] = table.readable(written.row ? [written.row] : [], projectRow);
      if (row?.workspaceId !== workspaceId) return 'unchanged';
      const isRevived = closureThere(row) && !closureThere(content);
      const yields = isFromFuture(row, now);
      if (!yields && !(isRevived && refusal(row, version) === 'newer')) return 'unchanged';
      const more = isRevived ? asking(row, revival(), now) : {};
      const again = await write(more, yields ? isAsRead(row) : newer);
      if (!again.ok) return 'unchanged';
      return isRevived ? 'revived' : 'updated';
    },

    /** Archives a project here, which no sync undoes, or restores it and requests a sync of its issues. */
    async archiveHere(row: ProjectRow, sync: SyncProgress | undefined, now: number): Promise<boolean> {
      const { ok } = await table.update(
        { id: row.id },
        {
          set: {
            archivedHere: sync === undefined,
            updatedAt: iso(now),
            ...(sync ? asking(row, sync, now) : {}),
          },
          when: and(where.exists('linearProjectId'), where.eq('archivedHere', sync !== undefined)),
        },
      );
      return ok;
    },

    /** Requests a sync of one project. If one is already requested, returns that one. */
    async askSync(id: string, sync: SyncProgress, now: number): Promise<SyncProgress | undefined> {
      const written = await table.update(
        { id },
        {
          set: { ...asking({}, sync, now), updatedAt: iso(now) },
          when: and(where.exists('linearProjectId'), where.notExists('sync')),
        },
      );
      if (written.ok) return sync;
      return written.row && projectRow(written.row).sync;
    },

    /**
     * Stores how far a sync has come and when it is due; `undefined` ends it. Returns `false` if another run has gone
     * further.
     */
    async saveSync(row: ProjectRow, next: SyncProgress | undefined, dueAt: number): Promise<boolean> {
      const { ok } = await table.update(
        { id: row.id },
        {
          set: next && { sync: next, ...due(dueAt) },
          remove: next ? [] : ['sync', ...notDue],
          // Only if no other run has gone further.
          when: where.asRead(row, 'sync'),
        },
      );
      return ok;
    },

    /** Projects with a sync to start, or to continue because its run died; at least some of each workspace. */
    due(now: number, bounds: Partial<DueBounds> = {}): Promise<DueKey[]> {
      return dueKeys(
        { dueIn: UNSHARDED_DUE_IN, until: dueUntil(now) },
        { ...BOUNDS, ...bounds },
        table.query,
      );
    },

    /** Some of them for one workspace, oldest first. */
    async dueOf(workspaceId: string, now: number): Promise<string[]> {
      const { items } = await table.query({
        index: 'due',
        where: and(where.eq('dueIn', UNSHARDED_DUE_IN), where.lte('dueAt', dueUntil(now))),
        filter: where.eq('workspaceId', workspaceId),
      });
      return items.map(({ id }) => String(id));
    },

    /** One page of a workspace's projects, by name. */
    async listByWorkspace(workspaceId: string, page: PageAfter): Promise<Page<ProjectRow>> {
      const { items, next } = await keysByWorkspace(workspaceId, page);
      return { items: await getMany(items.map(({ id }) => id)), next };
    },
  };
};

export type Projects = ReturnType<typeof projectsTable>;
