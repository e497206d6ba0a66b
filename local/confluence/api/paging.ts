import { createHash, createHmac } from 'node:crypto';
import type { HttpResponse } from '../../stand-in/http.ts';
import { compareIds } from '../store/store.ts';
import { answer, type Call } from './call.ts';
import { invalid } from './errors.ts';
import { numberOf } from './parameters.ts';

/** The order of a list. Rows that are alike in it are ordered by id. */
export interface Order<Row> {
  by: (row: Row) => string | number;
  descending?: boolean;
}

interface Place {
  value: string | number;
  id: string;
}

interface Cursor {
  /** The query that it continues. */
  query: string;
  /** The last row that was answered; absent for the beginning. */
  after?: Place | undefined;
}

/** Cursors are only ever sent back to the process or its successor, so the key protects against guesses, not people. */
const KEY = 'the local Confluence';

/**
 * One page of results, cut by the `limit` and `cursor` of the query. A cursor names the last row, so rows that come and
 * go in between are neither answered twice nor left out.
 */
export const pageOfRows = <Row extends { id: string }>(call: Call, rows: Row[], order: Order<Row>) => {
  const limit = numberOf(call.query, 'limit', { min: 1, max: 250, fallback: 25 });
  const query = queryKey(call);
  const after = cursorOf(call.query.get('cursor'), query);
  const compare = comparing(order);
  const sorted = rows
    .map((row) => ({ row, value: order.by(row), id: row.id }))
    .filter((one) => !after || compare(one, after) > 0)
    .sort(compare);
  const page = call.fault?.kind === 'empty-page' ? [] : sorted.slice(0, limit);
  const last = page.at(-1) ?? after;
  const hasMore = sorted.length > page.length;
  return {
    rows: page.map(({ row }) => row),
    limit,
    next: hasMore ? signed({ query, after: last && { value: last.value, id: last.id } }) : undefined,
  };
};

/** Answers a list of v2 with the link to its next page, in the body and in the `Link` header. */
export const answerList = <Row extends { id: string }>(
  call: Call,
  rows: Row[],
  order: Order<Row>,
  view: (row: Row) => object,
): HttpResponse => {
  const { rows: page, next } = pageOfRows(call, rows, order);
  const base = `${call.confluence.siteUrl}/wiki`;
  const path = next && nextPath(call, next);
  return answer(
    200,
    { results: page.map(view), _links: { ...(path && { next: path }), base } },
    { link: [...(path ? [`<${path}>; rel="next"`] : []), `<${base}>; rel="base"`].join(', ') },
  );
};

const nextPath = ({ path, query }: Call, cursor: string): string => {
  const next = new URLSearchParams(query);
  next.set('cursor', cursor);
  return `${path}?${next}`;
};

const comparing =
  <Row>({ descending = false }: Order<Row>) =>
  (a: Place, b: Place): number => {
    const order = a.value < b.value ? -1 : a.value > b.value ? 1 : compareIds(a.id, b.id);
    return descending ? -order : order;
  };

const queryKey = ({ path, query }: Call): string => {
  const bound = new URLSearchParams(query);
  bound.delete('cursor');
  bound.delete('limit');
  bound.delete('start');
  bound.delete('next');
  bound.sort();
  return createHash('sha256').update(`${path}?${bound}`).digest('base64url').slice(0, 16);
};

const signatureOf = (text: string): string =>
  createHmac('sha256', KEY).update(text).digest('base64url').slice(0, 16);

const signed = (cursor: Cursor): string => {
  const text = Buffer.from(JSON.stringify(cursor)).toString('base64url');
  return `${text}.${signatureOf(text)}`;
};

const cursorOf = (given: string | null, query: string): Place | undefined => {
  if (given === null) return undefined;
  const [text = '', signature] = given.split('.');
  if (signature !== signatureOf(text)) throw invalid("Provided value for 'cursor' is not valid");
  const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as Cursor;
  if (cursor.query !== query) throw invalid("Provided value for 'cursor' belongs to another request");
  return cursor.after;
};
