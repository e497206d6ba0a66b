import { GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { ProjectSnapshot } from '../domain/project.ts';
import { parseRow } from '../parse.ts';
import { batchGet, type Db, type Item, queryPage, update } from './client.ts';

export const ProjectRow = z.object({
  id: z.string(),
  workspaceId: z.string(),
  linearProjectId: z.string(),
  name: z.string(),
  description: z.string(),
  linearUrl: z.string(),
  linearState: z.string(),
  linearTeamIds: z.array(z.string()),
  linearUpdatedAt: z.string(),
  /** Archived or trashed in Linear. */
  archivedThere: z.boolean(),
  /** Archived here, by a user: no sync undoes it. */
  archivedHere: z._default(z.boolean(), false),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type ProjectRow = z.output<typeof ProjectRow>;

const projectRow = (row: unknown): ProjectRow => parseRow(ProjectRow, row, 'projects');

/** Table `projects`: mirrors Linear's projects one to one. Times are epoch milliseconds. */
export const projectsTable = (db: Db, table: string) => ({
  async get(id: string): Promise<ProjectRow | undefined> {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }));
    return Item && projectRow(Item);
  },

  async getMany(ids: readonly string[]): Promise<ProjectRow[]> {
    return (
      await batchGet(
        db,
        table,
        ids.map((id) => ({ id })),
      )
    ).map(projectRow);
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
   * Writes what Linear says of a project, unless we hold the same or newer. Never touches `archivedHere`. Where it
   * `isKnown` that a row stands or that none does, that is one operation.
   */
  async mirror(
    { id, workspaceId, linearProjectId, ...theirs }: ProjectSnapshot & { id: string; workspaceId: string },
    { isKnown, now }: { isKnown: boolean; now: number },
  ): Promise<'created' | 'updated' | 'unchanged'> {
    const at = new Date(now).toISOString();
    const content = { ...theirs, updatedAt: at };
    const create = () =>
      update(
        db,
        table,
        { id },
        {
          set: { ...content, workspaceId, linearProjectId, archivedHere: false, createdAt: at },
          when: 'attribute_not_exists(#linearProjectId)',
        },
      );
    const renew = () =>
      update(
        db,
        table,
        { id },
        {
          set: content,
          // A removal may tell nothing newer than the edit before it.
          when: '(#linearUpdatedAt < :u OR #linearUpdatedAt = :u AND #archivedThere <> :a) AND #workspaceId = :w',
          values: { u: theirs.linearUpdatedAt, a: theirs.archivedThere, w: workspaceId },
        },
      );
    if (!isKnown && (await create()).ok) return 'created';
    const renewed = await renew();
    if (renewed.ok) return 'updated';
    return !renewed.row && (await create()).ok ? 'created' : 'unchanged';
  },

  /** One page of a workspace's projects, by name. */
  async listByWorkspace(
    workspaceId: string,
    { limit, start }: { limit: number; start?: Item | undefined },
  ): Promise<{ items: ProjectRow[]; next?: Item | undefined }> {
    const { items, next } = await queryPage(db, {
      TableName: table,
      IndexName: 'by_workspace',
      KeyConditionExpression: 'workspaceId = :w',
      ExpressionAttributeValues: { ':w': workspaceId },
      Limit: limit,
      ExclusiveStartKey: start,
    });
    const rows = await batchGet(
      db,
      table,
      items.map(({ id }) => ({ id })),
    );
    const byId = new Map(rows.map((row) => [String(row.id), projectRow(row)]));
    return { items: items.flatMap(({ id }) => byId.get(String(id)) ?? []), next };
  },
});

export type Projects = ReturnType<typeof projectsTable>;
