import type { Row } from '../store/model.ts';
import { type Bounds, type OrderKey, type Place, SortedRows } from '../store/sorted-rows.ts';
import { invalidArgument } from './errors.ts';

export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  orderBy?: OrderKey | null;
  includeArchived?: boolean | null;
}

export interface Connection<T> {
  nodes: T[];
  edges: { node: T; cursor: string }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

const DEFAULT_PAGE = 50;
const MAX_PAGE = 250;

/** A page of rows as Linear pages them: newest first, at most 250 nodes, opaque cursors. */
export const paginate = <T extends Row>(rows: T[], args: PageArguments): Connection<T> =>
  pageOf(new SortedRows(args.orderBy ?? 'createdAt', rows), args);

/**
 * A page of the rows that `accepts` passes. It reads only as many rows as it takes to fill the page. No accepted row
 * may lie outside of `within`.
 */
export const pageOf = <T extends Row>(
  order: SortedRows<T>,
  args: PageArguments,
  accepts: (row: T) => boolean = () => true,
  within: Bounds = {},
): Connection<T> => {
  const size = pageSize(args);
  const after = args.after ? readCursor('after', args.after) : undefined;
  const before = args.before ? readCursor('before', args.before) : undefined;
  const fromEnd = Boolean(args.last) || (before !== undefined && !args.first);
  const bounds: Bounds = { above: highest(within.above, before), below: lowest(within.below, after) };
  const walk = fromEnd ? order.oldestFirst(bounds) : order.newestFirst(bounds);

  const nodes: T[] = [];
  let more = false;
  for (const row of walk) {
    if ((row.archivedAt !== null && !args.includeArchived) || !accepts(row)) continue;
    more = nodes.length === size;
    if (more) break;
    nodes.push(row);
  }
  if (fromEnd) nodes.reverse();
  const edges = nodes.map((node) => ({ node, cursor: writeCursor(order.placeOf(node)) }));
  return {
    nodes,
    edges,
    pageInfo: {
      hasNextPage: fromEnd ? before !== undefined : more,
      hasPreviousPage: fromEnd ? more : after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
};

const isBefore = (a: Place, b: Place): boolean => (a.at === b.at ? a.id < b.id : a.at < b.at);
const highest = (a: Place | undefined, b: Place | undefined): Place | undefined =>
  a && b ? (isBefore(a, b) ? b : a) : (a ?? b);
const lowest = (a: Place | undefined, b: Place | undefined): Place | undefined =>
  a && b ? (isBefore(a, b) ? a : b) : (a ?? b);

const pageSize = ({ first, last }: PageArguments): number => {
  for (const [name, value] of Object.entries({ first, last })) {
    if (typeof value !== 'number') continue;
    if (value < 1) throw invalidArgument(name, `${name} must not be less than 1`);
    if (value > MAX_PAGE) throw invalidArgument(name, `${name} must not be greater than ${MAX_PAGE}`);
  }
  return first ?? last ?? DEFAULT_PAGE;
};

const writeCursor = ({ at, id }: Place): string => Buffer.from(`${at} ${id}`).toString('base64url');

const readCursor = (name: string, cursor: string): Place => {
  const [, at, id] = /^(\S+) (\S+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!at || !id) throw invalidArgument(name, `${name} is not a cursor of this API`);
  return { at, id };
};
