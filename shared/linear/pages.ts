import * as z from 'zod/mini';
import { id } from './fields.ts';
import { notAfter, Timestamp } from './timestamp.ts';
import { whyUnreadable } from './unreadable.ts';

type PageInfo = { hasNextPage: boolean; endCursor?: string | null | undefined };

/**
 * The minimum of a node: its id, and the time that decides where a page ends. A node without even that must not
 * affect the others.
 */
export const Head = z.looseObject({
  id: z.catch(id, ''),
  updatedAt: z.catch(z.optional(Timestamp), undefined),
});
export type Head = z.output<typeof Head>;

/** An item that could not be parsed. It is reported and does not affect the others. */
export type Unreadable = { id: string; why: string };
export type Batch<T> = { items: T[]; unreadable: Unreadable[] };
/** A span of `updatedAt`; `after` is a cursor within it. */
export type Range = { since: string; until: string; after?: string | undefined };

/** Parses each node individually. */
export const readEach = <S extends z.core.$ZodType>(
  schema: S,
  heads: readonly Head[],
): Batch<z.output<S>> => {
  const batch: Batch<z.output<S>> = { items: [], unreadable: [] };
  for (const head of heads) {
    const read = z.safeParse(schema, head);
    if (read.success) batch.items.push(read.data);
    else batch.unreadable.push({ id: head.id, why: whyUnreadable(read.error) });
  }
  return batch;
};

/** The greatest `updatedAt` of a page, newest first, to which a watermark may rise. It is never in the future. */
export const newestOf = (heads: readonly Head[], seenAt: string): string | undefined => {
  const newest = heads.find(({ updatedAt }) => updatedAt !== undefined)?.updatedAt;
  return newest && notAfter(newest, seenAt);
};

export const nextOf = ({ hasNextPage, endCursor }: PageInfo) =>
  hasNextPage ? (endCursor ?? undefined) : undefined;

/**
 * The next page, as a range of `updatedAt`: issues that are edited meanwhile move above the range, into the next run.
 */
export const restOf = (
  { since, until }: Range,
  { nodes, pageInfo }: { nodes: readonly Head[]; pageInfo: PageInfo },
): Range | undefined => {
  const next = nextOf(pageInfo);
  if (next === undefined) return undefined;
  const times = nodes.flatMap(({ updatedAt }) => updatedAt ?? []);
  const [newest, oldest] = [times[0], times.at(-1)];
  // A cursor is used only if a whole page shares one millisecond or has no readable time.
  return oldest === undefined || oldest === newest ? { since, until, after: next } : { since, until: oldest };
};

/** Reads every page of a list. */
export const allPages = async <T>(
  read: (after: string | undefined) => Promise<{ items: T[]; next: string | undefined }>,
): Promise<T[]> => {
  const all: T[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await read(after);
    all.push(...items);
    after = next;
  } while (after);
  return all;
};
