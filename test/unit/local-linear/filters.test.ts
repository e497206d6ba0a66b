import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Connection, paginate } from '../../../local/linear/graphql/connections.ts';
import {
  type Filter,
  type FilterContext,
  type Lookup,
  matches,
} from '../../../local/linear/graphql/filters.ts';
import { rewriteMarkdown } from '../../../local/linear/store/markdown.ts';
import type { Row } from '../../../local/linear/store/model.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');

/** Reads plain objects: `project` is an entity, an array is a collection, and anything else is a value. */
const context: FilterContext = {
  nowMs: NOW,
  lookup: (type, entity, key): Lookup | undefined => {
    const value = (entity as Record<string, unknown>)[key];
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return { entities: value, type };
    if (key === 'project') return { entity: value, type };
    return { value, isDate: key.endsWith('At') };
  },
};
const passes = (entity: object, filter: Filter) => matches('Issue', entity, filter, context);

const issue = {
  title: 'Gift cards',
  priority: 2,
  project: null,
  updatedAt: '2026-11-21T00:00:00.000Z',
  labels: [{ name: 'Omakase' }, { name: 'web' }],
};

test.each<[Filter, boolean]>([
  [{ title: { eq: 'Gift cards' } }, true],
  [{ title: { eq: 'gift cards' } }, false],
  [{ title: { eqIgnoreCase: 'gift cards' } }, true],
  [{ title: { containsIgnoreCase: 'CARD' } }, true],
  [{ title: { startsWith: 'Card' } }, false],
  [{ priority: { in: [1, 2] } }, true],
  [{ priority: { nin: [1, 2] } }, false],
  [{ priority: { lt: 3, gte: 2 } }, true],
  [{ priority: { lte: 1 } }, false],
  [{ project: { null: true } }, true],
  [{ project: { null: false } }, false],
  [{ project: { name: { neq: 'x' } } }, false],
  [{ updatedAt: { gt: '-P1D' } }, true],
  [{ updatedAt: { gt: '-PT1H' } }, false],
  [{ updatedAt: { lt: '2026-11-21T00:00:00Z' } }, false],
  [{ updatedAt: { lte: '2026-11-21T00:00:00Z' } }, true],
  [{ labels: { some: { name: { eqIgnoreCase: 'omakase' } } } }, true],
  [{ labels: { name: { eqIgnoreCase: 'omakase' } } }, true],
  [{ labels: { every: { name: { eqIgnoreCase: 'omakase' } } } }, false],
  [{ labels: { length: { eq: 2 } } }, true],
  [{ or: [{ priority: { eq: 1 } }, { title: { contains: 'Gift' } }] }, true],
  [{ and: [{ priority: { eq: 1 } }, { title: { contains: 'Gift' } }] }, false],
])('the filter %j is evaluated as Linear does', (filter, expected) => {
  expect(passes(issue, filter)).toBe(expected);
});

test('a filter on data that the local Linear does not have is refused, not ignored', () => {
  expect(() => passes(issue, { cycle: { null: true } })).toThrow('does not implement the filter Issue.cycle');
});

test('pages of any size contain every row once, newest first', () => {
  const row = fc.record({ id: fc.uuid(), at: fc.integer({ min: 0, max: 50 }) });
  const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 40 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 250 }), (drawn, first) => {
      const all = drawn.map(({ id, at }) => {
        const stamp = new Date(at).toISOString();
        return { id, organizationId: 'o', createdAt: stamp, updatedAt: stamp, archivedAt: null };
      });
      const seen: Row[] = [];
      let after: string | null = null;
      do {
        const page: Connection<Row> = paginate(all, { first, after });
        seen.push(...page.nodes);
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      } while (after);
      expect(seen.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
      expect(seen.map(({ createdAt }) => createdAt)).toEqual(
        all
          .map(({ createdAt }) => createdAt)
          .sort()
          .reverse(),
      );
    }),
  );
});

test('a page has between 1 and 250 rows, and archived rows only on request', () => {
  const stamps = { organizationId: 'o', createdAt: 'a', updatedAt: 'a' };
  const rows = [
    { id: '1', ...stamps, archivedAt: null },
    { id: '2', ...stamps, archivedAt: 'a' },
  ];
  expect(() => paginate(rows, { first: 251 })).toThrow('Argument Validation Error');
  expect(() => paginate(rows, { first: 0 })).toThrow('Argument Validation Error');
  expect(paginate(rows, {}).nodes).toHaveLength(1);
  expect(paginate(rows, { includeArchived: true }).nodes).toHaveLength(2);
});

test('Markdown is rewritten to Linear’s notation, and rewriting it again changes nothing', () => {
  expect(rewriteMarkdown('* one  \n  * two\r\nthree\t\n')).toBe('- one\n  - two\nthree');
  fc.assert(
    fc.property(fc.string(), (text) => {
      const once = rewriteMarkdown(text.replace(/\s+$/, ''));
      expect(rewriteMarkdown(once)).toBe(once);
    }),
  );
});
