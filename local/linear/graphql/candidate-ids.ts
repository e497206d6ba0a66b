import type { Collection } from '../store/collection.ts';
import type { EntityType, Row } from '../store/model.ts';
import { relationOf } from '../store/relations.ts';
import type { OrderKey, Place } from '../store/sorted-rows.ts';
import type { Filter } from './filters.ts';
import { isDateTime, isDuration, momentOf } from './times.ts';

/** The rows to search, and the filter's own check of a row. */
export interface RowSource {
  nowMs: number;
  collection: (type: EntityType) => Collection<Row>;
  matches: (type: EntityType, row: Row | null, filter: Filter) => boolean;
}

/** The number of candidates up to which collecting and sorting them is cheaper than reading a sorted table. */
export const maxCandidates = (rows: number): number => Math.max(1000, rows / 16);
/** Related tables up to this size are searched row by row. */
const SMALL_TABLE = 2000;

/**
 * A set of ids that contains every row which passes the filter; undefined if no index finds a small one. The set may
 * contain more rows, so the caller still checks each row against the filter.
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
  const wanted = relation.kind === 'one' ? condition : conditionOnSome(condition);
  // A condition that a missing relation also passes (no project, or one named X) cannot use an index.
  if (!wanted || source.matches(relation.type, null, wanted)) return undefined;
  const related = relatedIds(relation.type, wanted, source);
  if (!related) return undefined;
  const rows = source.collection(type);
  const sets = [...related].map((id) => rows.idsBy(relation.key, id));
  const total = sets.reduce((sum, { size }) => sum + size, 0);
  return total > maxCandidates(rows.size) ? undefined : union(sets);
};

/** The condition that at least one member of a collection has to pass, if there is one. */
const conditionOnSome = ({
  some,
  every,
  length,
  null: empty,
  and,
  or,
  ...plain
}: Filter): Filter | undefined =>
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

/** The range that contains every row whose time passes the comparator. */
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
  // Years after 9999 have another ISO format and would not compare as strings.
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
