import { invalidArgument, notImplemented } from './errors.ts';
import { momentOf } from './times.ts';

/** A filter that was already checked against Linear's schema. */
export type Filter = { readonly [key: string]: unknown };

/** What a key of a filter refers to: a value to compare, an entity, or several entities. */
export type Lookup =
  | { value: unknown; isDate?: boolean }
  | { entity: unknown | null; type: string }
  | { entities: unknown[]; type: string };

export interface FilterContext {
  nowMs: number;
  /** Returns undefined if the local Linear has no such data. */
  lookup: (type: string, entity: unknown, key: string) => Lookup | undefined;
}

/** Whether an entity passes a filter: every key must hold, and a key that is null is ignored. */
export const matches = (type: string, entity: unknown, filter: Filter, context: FilterContext): boolean =>
  Object.entries(filter).every(([key, condition]) => {
    if (condition === null || condition === undefined) return true;
    if (key === 'null') return condition === (entity === null);
    if (key === 'and') return (condition as Filter[]).every((part) => matches(type, entity, part, context));
    if (key === 'or') return (condition as Filter[]).some((part) => matches(type, entity, part, context));
    if (entity === null) return false;
    const found = context.lookup(type, entity, key);
    if (!found) throw notImplemented(`the filter ${type}.${key}`);
    if ('entity' in found) return matches(found.type, found.entity, condition as Filter, context);
    if ('entities' in found) return matchesAny(found.type, found.entities, condition as Filter, context);
    return compares(found, condition as Filter, context.nowMs);
  });

/** A condition on a collection holds if at least one member passes, except for `every`. */
const matchesAny = (type: string, entities: unknown[], filter: Filter, context: FilterContext): boolean => {
  const { some, every, length, null: isEmpty, and, or, ...plain } = filter;
  const any = (condition: Filter) => entities.some((entity) => matches(type, entity, condition, context));
  const nested = (condition: Filter) => matchesAny(type, entities, condition, context);
  return (
    (!some || any(some as Filter)) &&
    (!every || entities.every((entity) => matches(type, entity, every as Filter, context))) &&
    (!length || compares({ value: entities.length }, length as Filter, context.nowMs)) &&
    (typeof isEmpty !== 'boolean' || isEmpty === (entities.length === 0)) &&
    (!and || (and as Filter[]).every(nested)) &&
    (!or || (or as Filter[]).some(nested)) &&
    (Object.keys(plain).length === 0 || any(plain))
  );
};

type Comparable = string | number | boolean | null;

const lower = (value: Comparable): string => String(value).toLowerCase();
const unaccented = (value: Comparable): string =>
  lower(value)
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '');
const onText =
  (test: (value: string, operand: string) => boolean) =>
  (value: Comparable, operand: unknown): boolean =>
    value !== null && test(String(value), String(operand));
const comparison =
  (test: (value: Comparable & {}, operand: Comparable & {}) => boolean) =>
  (value: Comparable, operand: unknown): boolean =>
    value !== null && operand !== null && test(value, operand as Comparable & {});

const comparators: Record<string, (value: Comparable, operand: unknown) => boolean> = {
  eq: (value, operand) => value === operand,
  neq: (value, operand) => value !== operand,
  in: (value, operand) => (operand as unknown[]).includes(value),
  nin: (value, operand) => !(operand as unknown[]).includes(value),
  null: (value, operand) => operand === (value === null),
  lt: comparison((value, operand) => value < operand),
  lte: comparison((value, operand) => value <= operand),
  gt: comparison((value, operand) => value > operand),
  gte: comparison((value, operand) => value >= operand),
  eqIgnoreCase: onText((value, operand) => lower(value) === lower(operand)),
  neqIgnoreCase: (value, operand) => value === null || lower(value) !== lower(String(operand)),
  contains: onText((value, operand) => value.includes(operand)),
  notContains: (value, operand) => value === null || !String(value).includes(String(operand)),
  containsIgnoreCase: onText((value, operand) => lower(value).includes(lower(operand))),
  notContainsIgnoreCase: (value, operand) => value === null || !lower(value).includes(lower(String(operand))),
  containsIgnoreCaseAndAccent: onText((value, operand) => unaccented(value).includes(unaccented(operand))),
  startsWith: onText((value, operand) => value.startsWith(operand)),
  startsWithIgnoreCase: onText((value, operand) => lower(value).startsWith(lower(operand))),
  notStartsWith: (value, operand) => value === null || !String(value).startsWith(String(operand)),
  endsWith: onText((value, operand) => value.endsWith(operand)),
  notEndsWith: (value, operand) => value === null || !String(value).endsWith(String(operand)),
};

const compares = (
  { value, isDate = false }: { value: unknown; isDate?: boolean },
  comparator: Filter,
  nowMs: number,
): boolean => {
  const moment = (operand: unknown): unknown =>
    isDate && typeof operand === 'string' ? momentOf(operand, nowMs) : operand;
  const comparable = (moment(value) ?? null) as Comparable;
  return Object.entries(comparator).every(([name, operand]) => {
    if (operand === undefined) return true;
    if (name === 'and')
      return (operand as Filter[]).every((part) => compares({ value, isDate }, part, nowMs));
    if (name === 'or') return (operand as Filter[]).some((part) => compares({ value, isDate }, part, nowMs));
    const compare = comparators[name];
    if (!compare) throw invalidArgument('filter', `unknown comparator ${name}`);
    return compare(comparable, Array.isArray(operand) ? operand.map(moment) : moment(operand));
  });
};
