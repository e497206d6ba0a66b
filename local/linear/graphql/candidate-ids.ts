import type { Collection } from '../store/collection.ts';
import type { EntityType, Row } from '../store/model.ts';
import { relationOf } from '../store/relations.ts';
import type { OrderKey, Place } from '../store/sorted-rows.ts';
import type { Filter } from './filters.ts';
import { isDateTime, isDuration, momentOf } from './times.ts';

/** What narrowing needs to know of the data; `matches` is the filter's own judgement. */
export interface RowSource {
  nowMs: number;
  collection: (type: EntityType) => Collection<Row>;
  matches: (type: EntityType, row: Row | null, filter: Filter) => boolean;
}

/** Up to how many rows of a table it is cheaper to collect and sort than to walk an order. */
export const maxCandidates = (rows: number): number => Math.max(1000, rows / 16);
/** A related table up to this size is searched row by row. */
const SMALL_TABLE = 2000;

/**
 * Ids among which is everything that passes a filter; undefined when no index leads to few enough. A guess that is
 * too wide costs time, one that is too narrow would lose rows: whoever asks still has to judge each row.
 */
export const candidateIds = (
  type: EntityType,
  filter: Filter,
  source: RowSource,
): ReadonlySet<string> | undefined => {
  const found = Object.entries(filter)
    .map(([key, condition]) => (isFilter(condition) ? byKey(type, key, condition, source) : undefined))
    .filter((ids) => ids !== undefined);
  return smallest(found);
};

const byKey = (
  type: EntityType,
  key: string,
  condition: Filter | Filter[],
  source: RowSource,
): ReadonlySet<string> | undefined => {
  if (Array.isArray(condition)) {
    const parts = condition.map((part) => candidateIds(type, part, source));
    if (key === 'and') return smallest(parts.filter((ids) => ids !== undefined));
    return key === 'or' && parts.every((ids) => ids !== undefined) ? union(parts) : undefined;
  }
  if (key === 'id') return idsIn(condition);
  if (key === 'updatedAt' || key === 'createdAt') return byTime(type, key, condition, source);
  const relation = relationOf(type, key);
  if (!relation || relation.kind === 'inverse') return undefined;
  const wanted = relation.kind === 'one' ? condition : wantedOfAny(condition);
  // What nothing passes as well (no project, or one named X) no index can tell.
  if (!wanted || source.matches(relation.type, null, wanted)) return undefined;
  const related = relatedIds(relation.type, wanted, source);
  if (!related) return undefined;
  const rows = source.collection(type);
  const sets = [...related].map((id) => rows.idsBy(relation.key, id));
  const total = sets.reduce((sum, { size }) => sum + size, 0);
  return total > maxCandidates(rows.size) ? undefined : union(sets);
};

/** The condition that some member of a collection has to pass, if there is one. */
const wantedOfAny = ({ some, every, length, null: empty, and, or, ...plain }: Filter): Filter | undefined =>
  isFilter(some) && !Array.isArray(some) ? some : Object.keys(plain).length > 0 ? plain : undefined;

const relatedIds = (type: EntityType, filter: Filter, source: RowSource): ReadonlySet<string> | undefined => {
  const near = candidateIds(type, filter, source);
  if (near) return near;
  const rows = source.collection(type);
  if (rows.size > SMALL_TABLE) return undefined;
  return new Set([...rows.values()].filter((row) => source.matches(type, row, filter)).map(({ id }) => id));
};

const idsIn = ({ eq, in: among }: Filter): ReadonlySet<string> | undefined => {
  if (typeof eq === 'string') return new Set([eq]);
  return Array.isArray(among) ? new Set(among as string[]) : undefined;
};

const byTime = (
  type: EntityType,
  by: OrderKey,
  condition: Filter,
  source: RowSource,
): ReadonlySet<string> | undefined => {
  const bounds = timeBounds(condition, source.nowMs);
  if (!bounds.above && !bounds.below) return undefined;
  const rows = source.collection(type);
  const order = rows.sortedBy(by);
  if (order.count(bounds) > maxCandidates(rows.size)) return undefined;
  return new Set([...order.newestFirst(bounds)].map(({ id }) => id));
};

/** Places between which every row lies whose time passes a comparator. */
export const timeBounds = ({ gt, gte, lt, lte }: Filter, nowMs: number): { above?: Place; below?: Place } => {
  const lower = iso(gt ?? gte, nowMs);
  const upper = iso(lt ?? lte, nowMs);
  return {
    ...(lower && { above: { at: lower, id: '' } }),
    ...(upper && { below: { at: upper, id: '\uffff' } }),
  };
};

const iso = (value: unknown, nowMs: number): string | undefined => {
  if (typeof value !== 'string') return undefined;
  const moment = momentOf(value, nowMs);
  // Years beyond 9999 are spelt differently and would not compare.
  return moment >= 0 && moment < 253_402_300_800_000 && (isDateTime(value) || isDuration(value))
    ? new Date(moment).toISOString()
    : undefined;
};

const isFilter = (value: unknown): value is Filter | Filter[] => typeof value === 'object' && value !== null;

const smallest = (sets: ReadonlySet<string>[]): ReadonlySet<string> | undefined =>
  sets.length === 0 ? undefined : sets.reduce((a, b) => (b.size < a.size ? b : a));

const union = (sets: ReadonlySet<string>[]): ReadonlySet<string> => {
  const [only] = sets;
  if (only && sets.length === 1) return only;
  const all = new Set<string>();
  for (const set of sets) for (const id of set) all.add(id);
  return all;
};
