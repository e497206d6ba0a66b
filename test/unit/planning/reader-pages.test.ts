import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Anchors, PlanItem, Reading } from '../../../shared/domain/planning/plan.ts';
import { readPage } from '../../../shared/reader/read-page.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/planning');
const read = (path: string): string => readFileSync(join(fixtures, path), 'utf8');
const { users } = JSON.parse(read('index.json')) as { users: Record<string, string> };
const people = new Map(Object.entries(users));

/** The expected results name the lowest tier only. */
const lowest = ({ key, linear, localId, box, path }: Anchors) => {
  const values = [key, linear, localId, box, path];
  const at = values.findIndex((value) => value !== undefined);
  return { tier: at + 1, value: values[at] };
};

const folded = (text: string | undefined): string | undefined => text?.replace(/\s+/g, ' ').trim();

const comparable = <Item extends Pick<PlanItem, 'fields'>>(item: Item) => ({
  ...item,
  fields: {
    ...item.fields,
    description: folded(item.fields.description),
    benefit: folded(item.fields.benefit),
  },
});

const shown = (reading: Reading) => ({
  ...reading,
  items: reading.items.map(({ anchors, ...item }) => comparable({ ...item, anchor: lowest(anchors) })),
});

const pages = [
  ...globSync('pages/*.xml', { cwd: fixtures }),
  ...globSync('edits/*.xml', { cwd: fixtures }),
].sort();

describe('a page is read as expected', () => {
  test('all of them', () => expect(pages.length).toBeGreaterThan(20));

  test.each(pages)('%s', (path) => {
    const {
      page: _page,
      grammar: _grammar,
      ...expected
    } = JSON.parse(read(`expected/${basename(path, '.xml')}.json`)) as Reading & {
      page: string;
      grammar: number;
    };
    expect(shown(readPage({ storage: read(path), users: people }))).toEqual({
      ...expected,
      items: expected.items.map(comparable),
    });
  });
});
