import { and, type Condition, type MapAttribute } from './condition.ts';
import type { Placeholders } from './placeholders.ts';

type Attribute<Row> = keyof Row & string;
type Values<Row> = { [K in keyof Row]?: Row[K] | undefined };
type Addable<Row> = {
  [K in Attribute<Row> as NonNullable<Row[K]> extends number | ReadonlySet<unknown> ? K : never]?: Row[K];
};

/** What one UpdateItem does to a row of type `Row`. Undefined values are left out. */
export type Change<Row> = {
  set?: Values<Row> | undefined;
  /** Set only if the attribute is absent. */
  init?: Values<Row> | undefined;
  /** Adds to a number, or puts elements into a set. */
  add?: Addable<Row> | undefined;
  remove?: readonly (Attribute<Row> | undefined)[] | undefined;
  /** Entries of attributes that are maps, by key. */
  setEntries?: { [K in MapAttribute<Row>]?: Row[K] };
  removeEntries?: { [K in MapAttribute<Row>]?: readonly string[] };
  when?: Condition<Row> | undefined;
};

type NoStray<Row, Set> = { [K in keyof Set]: K extends keyof Row ? Row[K] | undefined : never };

/** A `Change` with every attribute checked. TypeScript itself accepts a misspelt attribute that comes from a spread. */
export type Checked<Row, C> = {
  [P in keyof C]: P extends 'set' | 'init' ? NoStray<Row, C[P]> : P extends keyof Change<Row> ? C[P] : never;
};

/** Checks a change, or a part of one, that is not passed directly to a table. */
export const changeOf =
  <Row>() =>
  <C extends Change<Row>>(change: C & Checked<Row, C>): Change<Row> =>
    change;

/** Combines parts into one change. No attribute may be set by one part and removed by another. */
export const combined = <Row>(...parts: Change<Row>[]): Change<Row> => {
  return {
    set: Object.assign({}, ...parts.map(({ set }) => set)),
    init: Object.assign({}, ...parts.map(({ init }) => init)),
    add: Object.assign({}, ...parts.map(({ add }) => add)),
    remove: [...new Set(parts.flatMap(({ remove = [] }) => remove))],
    setEntries: Object.assign({}, ...parts.map(({ setEntries }) => setEntries)),
    removeEntries: Object.assign({}, ...parts.map(({ removeEntries }) => removeEntries)),
    when: and(...parts.map(({ when }) => when)),
  };
};

const each = (
  attributes: object | undefined,
  { name, value }: Placeholders,
  assign: (path: string, value: string) => string,
  within = '',
): string[] => {
  const assigned: string[] = [];
  for (const [attribute, of] of Object.entries(attributes ?? {}))
    if (of !== undefined) assigned.push(assign(within + name(attribute), value(of)));
  return assigned;
};

const clause = (verb: string, parts: readonly string[]): string =>
  parts.length > 0 ? `${verb} ${parts.join(', ')} ` : '';

/** The UpdateExpression of a change. */
export const updateExpression = <Row>(
  { set, init, add, remove = [], setEntries, removeEntries }: Change<Row>,
  to: Placeholders,
): string => {
  const equals = (path: string, value: string) => `${path} = ${value}`;
  const sets = each(set, to, equals);
  sets.push(...each(init, to, (path, value) => `${path} = if_not_exists(${path}, ${value})`));
  for (const [map, entries] of Object.entries<object>({ ...setEntries }))
    sets.push(...each(entries, to, equals, `${to.name(map)}.`));
  const removes: string[] = remove.flatMap((attribute) => (attribute ? to.name(attribute) : []));
  for (const [map, keys] of Object.entries<readonly string[]>({ ...removeEntries }))
    removes.push(...keys.map((key) => `${to.name(map)}.${to.name(key)}`));
  const adds = each(add, to, (path, value) => `${path} ${value}`);
  return `${clause('SET', sets)}${clause('REMOVE', removes)}${clause('ADD', adds)}`.trim();
};
