import type { Item } from '../client.ts';
import { and, conditions, not } from '../condition.ts';
import type { Page, Query } from '../table.ts';

/** A due row and its workspace, as the index shows them. */
export type DueKey = { id: string; workspaceId: string };

/** How much of one due partition is read, in pages. The last page read has the newest rows. */
export type DueBounds = {
  /** A workspace with this many rows is left out of the following pages, because it is not given more at once. */
  enough: number;
  pages: number;
  /** The limit once a workspace has `enough`, to get past its rows to those of other workspaces. */
  mostPages: number;
  /** Rows in a page. Default: as many as DynamoDB returns. */
  limit?: number;
};

/** The attributes of a row in the index `due`. */
type DueRow = { workspaceId: string; dueIn?: string | undefined; dueAt?: string | undefined };
const where = conditions<DueRow>();

/** DynamoDB allows this many operands in one `IN`. */
const MOST_LEFT_OUT = 100;

const keyOf = ({ id, workspaceId }: Item): DueKey => ({
  id: String(id),
  workspaceId: String(workspaceId),
});

/**
 * Keys of the due rows of one partition, oldest first. No workspace can hide another, neither with a long backlog
 * after a pause nor with many rows that became due just now. Usually this takes one query.
 */
export const dueKeys = async (
  { dueIn, until }: { dueIn: string; until: string },
  { enough, pages, mostPages, limit }: DueBounds,
  ask: (query: Query<DueRow, 'due'>) => Promise<Page<Item>>,
): Promise<DueKey[]> => {
  const found = new Map<string, DueKey>();
  const countOf = new Map<string, number>();
  const crowding = () =>
    [...countOf].flatMap(([id, count]) => (count >= enough ? [id] : [])).slice(0, MOST_LEFT_OUT);

  const read = async (how: Pick<Query<DueRow>, 'start' | 'backwards'>): Promise<Item | undefined> => {
    const leftOut = crowding();
    const { items, next } = await ask({
      index: 'due',
      where: and(where.eq('dueIn', dueIn), where.lte('dueAt', until)),
      filter: leftOut.length > 0 ? not(where.oneOf('workspaceId', leftOut)) : undefined,
      limit,
      ...how,
    });
    for (const key of items.map(keyOf)) {
      if (!found.has(key.id)) countOf.set(key.workspaceId, (countOf.get(key.workspaceId) ?? 0) + 1);
      found.set(key.id, key);
    }
    return next;
  };

  let start: Item | undefined;
  for (let page = 1; page < (crowding().length > 0 ? mostPages : pages); page++) {
    start = await read({ start });
    if (!start) return [...found.values()];
  }
  await read({ backwards: true });
  return [...found.values()];
};
