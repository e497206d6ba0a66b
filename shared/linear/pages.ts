import * as z from 'zod/mini';

type PageInfo = { hasNextPage: boolean; endCursor?: string | null | undefined };

/** What has to be there to say which node cannot be read. */
export const Head = z.looseObject({ id: z.string(), updatedAt: z.string() });
export type Head = z.output<typeof Head>;

/** What was read; what Linear says in a form that we cannot read is named and costs the others nothing. */
export type Batch<T> = { items: T[]; unreadable: { id: string; updatedAt: string; why: string }[] };
/** A span of `updatedAt`; `after` is a cursor within it. */
export type Range = { since: string; until: string; after?: string | undefined };

/** Parses each node by itself. */
export const readEach = <S extends z.core.$ZodType>(
  schema: S,
  heads: readonly Head[],
): Batch<z.output<S>> => {
  const batch: Batch<z.output<S>> = { items: [], unreadable: [] };
  for (const head of heads) {
    const read = z.safeParse(schema, head);
    if (read.success) batch.items.push(read.data);
    else {
      const [fault] = read.error.issues;
      const why = `Linear says something unexpected of it: ${fault?.path.join('.')}: ${fault?.message}`;
      batch.unreadable.push({ id: head.id, updatedAt: head.updatedAt, why });
    }
  }
  return batch;
};

export const nextOf = ({ hasNextPage, endCursor }: PageInfo) =>
  hasNextPage ? (endCursor ?? undefined) : undefined;

/** The page after, by value: what is edited meanwhile moves above the range, into the next run. */
export const restOf = (
  { since, until }: Range,
  { nodes, pageInfo }: { nodes: readonly Head[]; pageInfo: PageInfo },
): Range | undefined => {
  const next = nextOf(pageInfo);
  const [newest, oldest] = [nodes[0]?.updatedAt, nodes.at(-1)?.updatedAt];
  if (next === undefined || oldest === undefined) return undefined;
  // The cursor only where a whole page shares one millisecond.
  return oldest === newest ? { since, until, after: next } : { since, until: oldest };
};
