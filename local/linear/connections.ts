import { invalidArgument } from './errors.ts';
import type { Row } from './model.ts';

export interface PageArguments {
  first?: number | null;
  after?: string | null;
  last?: number | null;
  before?: string | null;
  orderBy?: 'createdAt' | 'updatedAt' | null;
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

/** A page of rows, newest first, as Linear pages: at most 250, cursors that only Linear can read. */
export const paginate = <T extends Row>(rows: T[], args: PageArguments): Connection<T> => {
  const size = pageSize(args);
  const orderBy = args.orderBy ?? 'createdAt';
  const place = (row: Row): string => `${row[orderBy]} ${row.id}`;
  const ordered = rows
    .filter((row) => args.includeArchived || row.archivedAt === null)
    .sort((a, b) => (place(a) < place(b) ? 1 : -1));

  const after = args.after ? readCursor('after', args.after) : undefined;
  const before = args.before ? readCursor('before', args.before) : undefined;
  const window = ordered.filter(
    (row) => (after === undefined || place(row) < after) && (before === undefined || place(row) > before),
  );
  const fromEnd = Boolean(args.last) || (before !== undefined && !args.first);
  const nodes = fromEnd ? window.slice(-size) : window.slice(0, size);
  const edges = nodes.map((node) => ({ node, cursor: writeCursor(place(node)) }));
  const more = window.length > nodes.length;
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

const pageSize = ({ first, last }: PageArguments): number => {
  for (const [name, value] of Object.entries({ first, last })) {
    if (typeof value !== 'number') continue;
    if (value < 1) throw invalidArgument(name, `${name} must not be less than 1`);
    if (value > MAX_PAGE) throw invalidArgument(name, `${name} must not be greater than ${MAX_PAGE}`);
  }
  return first ?? last ?? DEFAULT_PAGE;
};

const writeCursor = (place: string): string => Buffer.from(place).toString('base64url');

const readCursor = (name: string, cursor: string): string => {
  const place = Buffer.from(cursor, 'base64url').toString();
  if (!/^\S+ \S+$/.test(place)) throw invalidArgument(name, `${name} is not a cursor of this API`);
  return place;
};
