import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JournaledTables, type TableIndex } from '../../../local/stand-in/journaled-tables.ts';

interface Tables {
  Note: { id: string; value: unknown };
  Tag: { id: string };
}

let dataDir: string;
const opened: JournaledTables<Tables>[] = [];
const path = () => join(dataDir, 'notes.jsonl');
const open = (options: { fresh?: boolean; index?: TableIndex<Tables> } = {}) => {
  const tables = new JournaledTables<Tables>(path(), options);
  opened.push(tables);
  return tables;
};

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'journaled-tables-'));
});
afterEach(() => {
  for (const tables of opened.splice(0)) tables.close();
  rmSync(dataDir, { recursive: true });
});

const note = (id: string, value: unknown) => ({ set: 'Note' as const, row: { id, value } });
const lines = () => readFileSync(path(), 'utf8').trim().split('\n');
const LARGE = 'x'.repeat(8 * 1024 * 1024);

describe('the tables of a stand-in', () => {
  test('come back after a restart in their last version, with one journal line per row', () => {
    const tables = open();
    for (let value = 0; value < 50; value += 1) tables.set('Note', { id: 'a', value });
    tables.commit([note('b', 1), note('c', 2)]);
    tables.commit([{ delete: 'Note', id: 'c' }]);
    const again = open();
    expect([...again.all('Note')]).toEqual([
      { id: 'a', value: 49 },
      { id: 'b', value: 1 },
    ]);
    expect(lines()).toHaveLength(2);
  });

  test('write what is derived from a commit into the same journal line', () => {
    const tables = open();
    tables.commit([note('a', 1)], () => [note('b', tables.get('Note', 'a')?.value)]);
    expect(lines()).toEqual([
      '[{"set":"Note","row":{"id":"a","value":1}},{"set":"Note","row":{"id":"b","value":1}}]',
    ]);
  });

  test('undo a commit whose derived operations cannot be computed', () => {
    const tables = open();
    tables.commit([note('a', 1)]);
    const broken = () =>
      tables.commit([note('a', 2), note('b', 1)], () => {
        throw new Error('no payload');
      });
    expect(broken).toThrow('no payload');
    expect([...tables.all('Note')]).toEqual([{ id: 'a', value: 1 }]);
    expect([...open().all('Note')]).toEqual([{ id: 'a', value: 1 }]);
  });

  test.each([
    '[{"set":"Note","row":{"id":"torn',
    '[{"set":"Note","row":{"id":"torn\n[{"set":"Note","row":{"id":"after","value":1}}]\n',
  ])('ignore a torn journal line and read the lines after it', (torn) => {
    open().commit([note('a', 1)]);
    appendFileSync(path(), torn);
    const ids = [...open().all('Note')].map(({ id }) => id);
    expect(ids).toEqual(torn.includes('after') ? ['a', 'after'] : ['a']);
  });

  test('rewrite a long journal while it is in use', () => {
    const tables = open();
    for (let count = 0; count < 9; count += 1) tables.set('Note', { id: 'large', value: LARGE });
    tables.set('Note', { id: 'after', value: 1 });
    expect(readFileSync(path()).length).toBeLessThan(4 * LARGE.length);
    expect(open().get('Note', 'after')?.value).toBe(1);
  });

  test('keep what is derived from the very commit after which the journal is rewritten', () => {
    const tables = open();
    for (let count = 0; count < 9; count += 1) {
      tables.commit([note('large', LARGE)], () => [note(`derived ${count}`, count)]);
    }
    expect(readFileSync(path()).length).toBeLessThan(4 * LARGE.length);
    expect([...open().all('Note')]).toHaveLength(10);
  });

  test('forget all rows but those of the tables to keep', () => {
    const tables = open();
    tables.commit([note('a', 1), { set: 'Tag', row: { id: 'kept' } }]);
    tables.clear(['Tag']);
    for (const each of [tables, open()]) {
      expect(each.count('Note')).toBe(0);
      expect([...each.all('Tag')]).toEqual([{ id: 'kept' }]);
    }
  });

  test('start empty when an earlier run is to be forgotten', () => {
    open().commit([note('a', 1)]);
    expect(open({ fresh: true }).count('Note')).toBe(0);
  });

  test('report every change to their index: also undone, cleared and replayed ones', () => {
    const indexOf = () => {
      const ids = new Set<string>();
      const index: TableIndex<Tables> = {
        set: (_, { id }) => ids.add(id),
        delete: (_, { id }) => ids.delete(id),
        clear: () => ids.clear(),
      };
      return { ids, index };
    };
    const first = indexOf();
    const tables = open(first);
    tables.commit([note('a', 1), note('b', 1), { set: 'Tag', row: { id: 't' } }]);
    tables.commit([{ delete: 'Note', id: 'b' }]);
    const broken = () => tables.commit([note('c', 1)], () => JSON.parse('no operations'));
    expect(broken).toThrow();
    expect([...first.ids]).toEqual(['a', 't']);

    const second = indexOf();
    open(second).clear(['Tag']);
    expect([...second.ids]).toEqual(['t']);
  });
});
