import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Store } from '../../../local/linear/store/store.ts';

let dataDir: string;
const stores: Store[] = [];
const open = () => {
  const store = new Store(dataDir);
  stores.push(store);
  return store;
};

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'linear-store-'));
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  rmSync(dataDir, { recursive: true });
});

const setting = (id: string, value: unknown) => ({ set: 'Setting' as const, row: { id, value } });
const lines = () => readFileSync(join(dataDir, 'linear.jsonl'), 'utf8').trim().split('\n');

test('what was committed is there after a restart, in its last version, and the journal no longer than that', () => {
  const store = open();
  for (let value = 0; value < 50; value += 1) store.set('Setting', { id: 'a', value });
  store.commit([setting('b', 1), setting('c', 2)]);
  store.commit([{ delete: 'Setting', id: 'c' }]);
  const again = open();
  expect([...again.all('Setting')]).toEqual([
    { id: 'a', value: 49 },
    { id: 'b', value: 1 },
  ]);
  expect(lines()).toHaveLength(2);
});

test('what follows from a commit stands in its line', () => {
  const store = open();
  store.commit([setting('a', 1)], () => [setting('b', store.get('Setting', 'a')?.value)]);
  expect(lines()).toEqual([
    '[{"set":"Setting","row":{"id":"a","value":1}},{"set":"Setting","row":{"id":"b","value":1}}]',
  ]);
});

test('a commit whose sequel fails has not happened', () => {
  const store = open();
  store.commit([setting('a', 1)]);
  const broken = () =>
    store.commit([setting('a', 2), setting('b', 1)], () => {
      throw new Error('no payload');
    });
  expect(broken).toThrow('no payload');
  expect([...store.all('Setting')]).toEqual([{ id: 'a', value: 1 }]);
  expect([...open().all('Setting')]).toEqual([{ id: 'a', value: 1 }]);
});

test.each([
  '[{"set":"Setting","row":{"id":"torn',
  '[{"set":"Setting","row":{"id":"torn\n[{"set":"Setting","row":{"id":"after","value":1}}]\n',
])('a torn line is nothing, and what stands after it counts', (torn) => {
  open().commit([setting('a', 1)]);
  appendFileSync(join(dataDir, 'linear.jsonl'), torn);
  const ids = [...open().all('Setting')].map(({ id }) => id);
  expect(ids).toEqual(torn.includes('after') ? ['a', 'after'] : ['a']);
});

test('a journal that is mostly past is rewritten while it is in use', () => {
  const store = open();
  const value = 'x'.repeat(8 * 1024 * 1024);
  for (let count = 0; count < 9; count += 1) store.set('Setting', { id: 'large', value });
  store.set('Setting', { id: 'after', value: 1 });
  expect(readFileSync(join(dataDir, 'linear.jsonl')).length).toBeLessThan(4 * value.length);
  expect(open().get('Setting', 'after')?.value).toBe(1);
});
