import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import type { Placeholders } from './placeholders.ts';

/** A condition, filter or key condition on items of type `Row`. It is rendered once its placeholders are known. */
export type Condition<Row> = {
  write: (to: Placeholders) => string;
  /** Never set. It carries the type, so a condition for one table does not compile for another. */
  readonly of?: (row: Row) => void;
};

type Attribute<Row> = keyof Row & string;
type Value<Row, K extends keyof Row> = NonNullable<Row[K]>;
/** Attributes that are maps of entries by key. */
export type MapAttribute<Row> = {
  [K in Attribute<Row>]: string extends keyof Value<Row, K> ? K : never;
}[Attribute<Row>];

const comparison =
  (operator: string) =>
  (attribute: string, value: NativeAttributeValue): Condition<never> => ({
    write: ({ name, value: bound }) => `${name(attribute)} ${operator} ${bound(value)}`,
  });

const eq = comparison('=');
const exists = (attribute: string): Condition<never> => ({
  write: ({ name }) => `attribute_exists(${name(attribute)})`,
});
const notExists = (attribute: string): Condition<never> => ({
  write: ({ name }) => `attribute_not_exists(${name(attribute)})`,
});

type Compare<Row> = <K extends Attribute<Row>>(attribute: K, value: Value<Row, K>) => Condition<Row>;

/**
 * The conditions on items of one table. The compiler checks attributes and values; the operators are those of
 * DynamoDB's condition expressions.
 */
export type Conditions<Row> = {
  eq: Compare<Row>;
  ne: Compare<Row>;
  lt: Compare<Row>;
  lte: Compare<Row>;
  gt: Compare<Row>;
  between: <K extends Attribute<Row>>(attribute: K, from: Value<Row, K>, to: Value<Row, K>) => Condition<Row>;
  /** One of up to 100 values. */
  oneOf: <K extends Attribute<Row>>(attribute: K, values: readonly Value<Row, K>[]) => Condition<Row>;
  exists: (attribute: Attribute<Row>) => Condition<Row>;
  notExists: (attribute: Attribute<Row>) => Condition<Row>;
  /** The map has an entry with this key. */
  hasEntry: (map: MapAttribute<Row>, key: string) => Condition<Row>;
  /** The attributes have the same values as when the row was read, or are still absent. */
  asRead: <K extends Attribute<Row>>(
    row: { readonly [A in K]?: Row[A] | undefined },
    ...attributes: K[]
  ) => Condition<Row>;
};

const operators = {
  eq,
  ne: comparison('<>'),
  lt: comparison('<'),
  lte: comparison('<='),
  gt: comparison('>'),
  exists,
  notExists,
  between: (attribute: string, from: NativeAttributeValue, to: NativeAttributeValue) => ({
    write: ({ name, value }: Placeholders) => `${name(attribute)} BETWEEN ${value(from)} AND ${value(to)}`,
  }),
  oneOf: (attribute: string, values: readonly NativeAttributeValue[]) => ({
    write: ({ name, value }: Placeholders) => `${name(attribute)} IN (${values.map(value).join(', ')})`,
  }),
  hasEntry: (map: string, key: string) => ({
    write: ({ name }: Placeholders) => `attribute_exists(${name(map)}.${name(key)})`,
  }),
  asRead: (row: Readonly<Record<string, NativeAttributeValue>>, ...attributes: string[]) =>
    and(
      ...attributes.map((attribute) =>
        row[attribute] === undefined ? notExists(attribute) : eq(attribute, row[attribute]),
      ),
    ),
};

/** The conditions on items of type `Row`. */
export const conditions = <Row>(): Conditions<Row> => operators as unknown as Conditions<Row>;

/** All of them hold. `undefined` and `false` are skipped; without any other there is no condition. */
export const and = <Row>(...all: (Condition<Row> | undefined | false)[]): Condition<Row> => ({
  write: (to) =>
    all
      .map((each) => (each ? each.write(to) : ''))
      .filter(Boolean)
      .join(' AND '),
});

/** At least one of them holds. None may be empty. */
export const or = <Row>(...any: Condition<Row>[]): Condition<Row> => ({
  write: (to) => `(${any.map((each) => each.write(to)).join(' OR ')})`,
});

/** It does not hold. It may not be empty. */
export const not = <Row>(condition: Condition<Row>): Condition<Row> => ({
  write: (to) => `NOT (${condition.write(to)})`,
});
