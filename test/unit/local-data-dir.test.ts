import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDataDir } from '../../local/data-dir.ts';
import { openKeys, signToken } from '../../local/keys.ts';

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'data-dir-'));

test('forgets what a run wrote, and nothing else', async () => {
  const dir = emptyFolder();
  writeFileSync(join(dir, 'notes.txt'), 'mine');
  const first = await openDataDir(dir, { fresh: false });
  writeFileSync(first.database, 'rows');
  first.release();
  (await openDataDir(dir, { fresh: true })).release();
  expect(readdirSync(dir).sort()).toEqual(['.omakase-linear', 'logs', 'notes.txt']);
});

test('keeps everything otherwise', async () => {
  const dir = emptyFolder();
  const first = await openDataDir(dir, { fresh: false });
  writeFileSync(first.database, 'rows');
  first.release();
  const second = await openDataDir(dir, { fresh: false });
  expect(existsSync(second.database)).toBe(true);
  second.release();
});

test('does not touch a folder with files it might take for its own', async () => {
  const dir = emptyFolder();
  writeFileSync(join(dir, 'logs'), 'somebody else’s');
  await expect(openDataDir(dir, { fresh: true })).rejects.toThrow(/did not write/);
  expect(readdirSync(dir)).toEqual(['logs']);
});

test('belongs to one run at a time', async () => {
  const dir = emptyFolder();
  const first = await openDataDir(dir, { fresh: false });
  await expect(openDataDir(dir, { fresh: false })).rejects.toThrow(/Another run uses DATA_DIR/);
  first.release();
  (await openDataDir(dir, { fresh: false })).release();
});

test('a token needs a folder in which something was started', async () => {
  await expect(signToken(emptyFolder(), { sub: 'a', scope: 'b' })).rejects.toThrow(/npm start/);
});

test('keys are kept from run to run', async () => {
  const dir = emptyFolder();
  const [first, second] = [await openKeys(dir), await openKeys(dir)];
  expect(second.kms).toEqual(first.kms);
  first.trust({ issuer: 'https://auth.example.com/', audience: 'me' });
  expect(await signToken(dir, { sub: 'a', scope: 'b' })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});
