import { expect, test } from 'vitest';
import { changeOf, combined, updateExpression } from '../../../shared/data/change.ts';
import { and, conditions, not, or } from '../../../shared/data/condition.ts';
import { placeholders } from '../../../shared/data/placeholders.ts';
import type { Table } from '../../../shared/data/table.ts';
import type { tables } from '../../../shared/data/tables.ts';

type Row = {
  id: string;
  status?: 'pending' | 'passing' | undefined;
  seq?: number | undefined;
  tags?: ReadonlySet<string> | undefined;
  owed?: Readonly<Record<string, { runId: string }>> | undefined;
};
const where = conditions<Row>();

/** An expression with its placeholders written out. */
const written = (write: (to: ReturnType<typeof placeholders>['to']) => string): string => {
  const values: unknown[] = [];
  return write({
    name: (attribute) => attribute,
    value: (of) => {
      values.push(of);
      return JSON.stringify(of);
    },
  });
};

test('a change becomes one update expression without undefined values', () => {
  const expression = written((to) =>
    updateExpression<Row>(
      {
        set: { status: 'pending', seq: undefined },
        init: { seq: 0 },
        add: { tags: new Set(['a']) },
        remove: ['tags', undefined],
        setEntries: { owed: { c2: { runId: 'r' } } },
        removeEntries: { owed: ['c1'] },
      },
      to,
    ),
  );
  expect(expression).toBe(
    'SET status = "pending", seq = if_not_exists(seq, 0), owed.c2 = {"runId":"r"} REMOVE tags, owed.c1 ADD tags {}',
  );
});

test('conditions are written in the syntax of DynamoDB, and undefined ones are left out', () => {
  const condition = and(
    where.asRead({ status: 'passing' }, 'status', 'seq'),
    undefined,
    and<Row>(false),
    or(where.lt('seq', 2), and(where.gt('seq', 8), where.exists('owed'))),
    not(where.oneOf('id', ['a', 'b'])),
    where.hasEntry('owed', 'c1'),
  );
  expect(written((to) => condition.write(to))).toBe(
    'status = "passing" AND attribute_not_exists(seq) AND (seq < 2 OR seq > 8 AND attribute_exists(owed)) ' +
      'AND NOT (id IN ("a", "b")) AND attribute_exists(owed.c1)',
  );
});

test('combined changes become one update that requires all of their conditions', () => {
  const change = combined<Row>(
    { set: { seq: 1 }, remove: ['tags'], when: where.exists('id') },
    { set: { status: 'pending' }, remove: ['tags', 'owed'], when: where.eq('seq', 0) },
    {},
  );
  expect(change.set).toEqual({ seq: 1, status: 'pending' });
  expect(change.remove).toEqual(['tags', 'owed']);
  expect(written((to) => change.when?.write(to) ?? '')).toBe('attribute_exists(id) AND seq = 0');
});

test('each name is sent once, and each value has its own placeholder', () => {
  const { to, bound } = placeholders();
  expect(and(where.eq('seq', 1), where.ne('seq', 2)).write(to)).toBe('#0 = :0 AND #0 <> :1');
  expect(bound()).toEqual({
    ExpressionAttributeNames: { '#0': 'seq' },
    ExpressionAttributeValues: { ':0': { N: '1' }, ':1': { N: '2' } },
  });
});

test('a misspelt attribute in a write, a condition or a key does not compile', () => {
  // Never called. The type check fails if one of these is not an error.
  const misspelt = (table: Table<Row, typeof tables.leases>, isLate: boolean) => [
    // @ts-expect-error there is no such attribute
    table.update({ id: 'a' }, { set: { stats: 'pending' } }),
    // @ts-expect-error there is no such attribute, even in a spread
    table.update({ id: 'a' }, { set: { seq: 1, ...(isLate ? { stats: 'pending' } : {}) } }),
    // @ts-expect-error the attribute does not have such values
    table.update({ id: 'a' }, { set: { status: 'done' } }),
    // @ts-expect-error a new row has no such attribute either
    table.update({ id: 'a' }, { init: { ...{ stats: 'pending' } } }),
    // @ts-expect-error what does not exist cannot be removed
    table.update({ id: 'a' }, { remove: ['stats'] }),
    // @ts-expect-error nothing can be added to a string
    table.update({ id: 'a' }, { add: { status: 'pending' } }),
    // @ts-expect-error only maps have entries
    table.update({ id: 'a' }, { removeEntries: { status: ['a'] } }),
    // @ts-expect-error the key of the table is `id`
    table.update({ key: 'a' }, { set: { seq: 1 } }),
    // @ts-expect-error nor in a part of a change that is put together elsewhere
    changeOf<Row>()({ set: { seq: 1, ...(isLate ? { stats: 'pending' } : {}) } }),
    // @ts-expect-error a condition of another table
    table.update({ id: 'a' }, { set: { seq: 1 }, when: conditions<{ other: string }>().exists('other') }),
    // @ts-expect-error there is no such attribute to compare
    where.eq('stats', 'pending'),
    // @ts-expect-error the attribute is a number
    where.lt('seq', 'two'),
    // @ts-expect-error the table has no such index
    table.query({ index: 'due', where: where.eq('id', 'a') }),
  ];
  expect(misspelt).toBeTypeOf('function');
});
