import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Journal, type Operation } from '../../../local/stand-in/journal.ts';

type Tables = { Note: { id: string; text: string } };

/** Runs a script whose files may have 4 kB, like a disk that is full: what goes beyond is written in part, then refused. */
const onFullDisk = (script: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'omakase-journal-')), 'journal');
  const source = `
    const { Journal } = await import(${JSON.stringify(join(import.meta.dirname, '../../../local/stand-in/journal.ts'))});
    const journal = new Journal(${JSON.stringify(path)});
    const set = (id, bytes) => ({ set: 'Note', row: { id, text: 'x'.repeat(bytes) } });
    const refused = (write) => { try { write(); } catch { return; } throw new Error('It was not refused.'); };
    ${script}`;
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -f 8; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e', source],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return path;
};

const idsIn = (path: string): (string | undefined)[] =>
  [...new Journal<Tables>(path).read()]
    .flat()
    .map((operation: Operation<Tables>) => ('set' in operation ? operation.row.id : undefined));

test('a transaction that the disk has no room for is refused, and those after it are kept', () => {
  const path = onFullDisk(`
    journal.rewrite([]);
    journal.append([set('before', 1_000)]);
    refused(() => journal.append([set('too large', 9_000)]));
    journal.append([set('after', 100)]);`);
  expect(idsIn(path)).toEqual(['before', 'after']);
});

test('a rewrite that the disk has no room for leaves the journal as it was, and open', () => {
  const path = onFullDisk(`
    journal.rewrite([set('before', 1_000)]);
    refused(() => journal.rewrite([set('before', 1_000), set('more', 9_000)]));
    journal.append([set('after', 100)]);`);
  expect(idsIn(path)).toEqual(['before', 'after']);
  expect(readdirSync(join(path, '..'))).toEqual(['journal']);
});
