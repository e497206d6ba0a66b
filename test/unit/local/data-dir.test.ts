import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { openDataDir } from '../../../local/data-dir.ts';
import { openKeys, signToken } from '../../../local/keys.ts';

const temporary = mkdtempSync(join(tmpdir(), 'data-dir-'));
// This folder has no sockets of other runs on this machine.
vi.stubEnv('TMPDIR', temporary);
afterAll(() => rmSync(temporary, { recursive: true }));

const emptyFolder = () => mkdtempSync(join(tmpdir(), 'data-dir-'));
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

test('--fresh deletes the files of a run and nothing else', async () => {
  const dir = emptyFolder();
  writeFileSync(join(dir, 'notes.txt'), 'mine');
  const first = await openDataDir(dir, { fresh: false });
  writeFileSync(first.database, 'rows');
  first.release();
  (await openDataDir(dir, { fresh: true })).release();
  expect(readdirSync(dir).sort()).toEqual(['.omakase-linear', 'logs', 'notes.txt']);
});

test('a data folder keeps everything without --fresh', async () => {
  const dir = emptyFolder();
  const first = await openDataDir(dir, { fresh: false });
  writeFileSync(first.database, 'rows');
  first.release();
  const second = await openDataDir(dir, { fresh: false });
  expect(existsSync(second.database)).toBe(true);
  second.release();
});

test('a folder with files of the same names, but without the marker, is refused and not changed', async () => {
  const dir = emptyFolder();
  writeFileSync(join(dir, 'logs'), 'somebody else’s');
  await expect(openDataDir(dir, { fresh: true })).rejects.toThrow(/did not write/);
  expect(readdirSync(dir)).toEqual(['logs']);
});

test('a data folder can be used by one run at a time', async () => {
  const dir = emptyFolder();
  const first = await openDataDir(dir, { fresh: false });
  await expect(openDataDir(dir, { fresh: false })).rejects.toThrow(/Another run uses DATA_DIR/);
  first.release();
  (await openDataDir(dir, { fresh: false })).release();
});

describe('the mode of a data folder', () => {
  test('is private if a run creates it', async () => {
    const dir = join(emptyFolder(), 'a', 'b');
    (await openDataDir(dir, { fresh: false })).release();
    expect([modeOf(dir), modeOf(join(dir, 'logs'))]).toEqual(['700', '700']);
  });

  test('is made private if an earlier run created it for everybody', async () => {
    const dir = emptyFolder();
    (await openDataDir(dir, { fresh: false })).release();
    chmodSync(dir, 0o755);
    (await openDataDir(dir, { fresh: false })).release();
    expect(modeOf(dir)).toBe('700');
  });

  test('does not change if the folder has other files', async () => {
    const dir = emptyFolder();
    writeFileSync(join(dir, 'notes.txt'), 'mine');
    chmodSync(dir, 0o755);
    (await openDataDir(dir, { fresh: false })).release();
    expect(modeOf(dir)).toBe('755');
  });
});

describe('the lock socket of a run', () => {
  const sockets = () => readdirSync(temporary).filter((name) => name.endsWith('.sock'));
  /** Opens a folder in another process, which then runs the code in `then`. */
  const hold = async (then: string) => {
    const script = `
      const { openDataDir } = await import(${JSON.stringify(join(import.meta.dirname, '../../../local/data-dir.ts'))});
      await openDataDir(${JSON.stringify(emptyFolder())}, { fresh: false });
      console.log('held');
      ${then}`;
    const run = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(run.stdout, 'data');
    return run;
  };
  const age = (name: string) => utimesSync(join(temporary, name), 1, 1);

  test('is deleted by a stop, and by an exit without a stop', async () => {
    (await openDataDir(emptyFolder(), { fresh: false })).release();
    expect(sockets()).toEqual([]);
    const run = await hold('process.exit(1);');
    if (run.exitCode === null) await once(run, 'exit');
    expect(sockets()).toEqual([]);
  });

  test('is deleted by the next start if its process is dead, but not while it lives', async () => {
    const alive = await hold('setInterval(() => {}, 1000);');
    const [livingSocket = ''] = sockets();
    const killed = await hold('setInterval(() => {}, 1000);');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const deadSocket = sockets().find((name) => name !== livingSocket) ?? '';
    const next = async () => (await openDataDir(emptyFolder(), { fresh: false })).release();

    await next();
    expect(sockets(), 'too young to be sure of').toHaveLength(2);
    for (const name of [livingSocket, deadSocket]) age(name);
    await next();
    expect(sockets()).toEqual([livingSocket]);
    alive.kill('SIGKILL');
    await once(alive, 'exit');
  });
});

test('signing a token fails in a folder in which no run was started', async () => {
  await expect(signToken(emptyFolder(), { sub: 'a', scope: 'b' })).rejects.toThrow(/npm start/);
});

test('a data folder keeps its keys from run to run', async () => {
  const dir = emptyFolder();
  const [first, second] = [await openKeys(dir), await openKeys(dir)];
  expect(second.kms).toEqual(first.kms);
  first.trust({ issuer: 'https://auth.example.com/', audience: 'me' });
  expect(await signToken(dir, { sub: 'a', scope: 'b' })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});
