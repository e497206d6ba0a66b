import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const MARK = '.omakase-linear';

/** What a run keeps between starts (the local Linear keeps its own, and forgets it itself). */
const OURS = [
  'cdk.out',
  'dynamodb.sqlite',
  'dynamodb.sqlite-shm',
  'dynamodb.sqlite-wal',
  'events.jsonl',
  'keys.json',
  'linear.jsonl',
  'local.json',
  'logs',
];

export type DataDir = {
  assembly: string;
  database: string;
  events: string;
  logs: string;
  localJson: string;
  release(): void;
};

/**
 * Takes a data folder for one run. It is marked as ours while nothing of ours is in it yet, and `fresh` deletes
 * only what we write, and only there: no path given by mistake loses anything.
 */
export const openDataDir = async (dir: string, { fresh }: { fresh: boolean }): Promise<DataDir> => {
  try {
    makeDir(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`DATA_DIR ${dir} cannot be made a folder (${code}): choose a path that can be written.`);
  }
  const release = await lock(dir);
  try {
    const present = readdirSync(dir);
    const found = OURS.find((name) => present.includes(name));
    if (!present.includes(MARK) && found) {
      throw new Error(
        `DATA_DIR ${dir} has a ${found} that this program did not write: choose another folder.`,
      );
    }
    writeFileSync(join(dir, MARK), 'The data of a local run. Safe to delete while nothing runs.\n');
    if (fresh) for (const name of OURS) rmSync(join(dir, name), { recursive: true, force: true });
    mkdirSync(join(dir, 'logs'), { recursive: true });
  } catch (error) {
    release();
    throw error;
  }
  return {
    assembly: join(dir, 'cdk.out'),
    database: join(dir, 'dynamodb.sqlite'),
    events: join(dir, 'events.jsonl'),
    logs: join(dir, 'logs'),
    localJson: join(dir, 'local.json'),
    release,
  };
};

/** Step by step, for Node's own `recursive` never returns where a parent refuses without saying so (/proc). */
const makeDir = (dir: string): void => {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dir !== dirname(dir)) makeDir(dirname(dir));
  mkdirSync(dir);
};

/** Holds a socket named after the folder: unlike a file with a pid it cannot outlive us by being believed. */
const lock = async (dir: string): Promise<() => void> => {
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 24);
  const path = join(tmpdir(), `omakase-linear-${name}.sock`);
  if (existsSync(path)) {
    if (await answers(path)) throw inUse(dir);
    rmSync(path, { force: true });
  }
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(inUse(dir)));
    server.listen(path, resolve);
  });
  server.unref();
  return () => server.close();
};

const inUse = (dir: string) =>
  new Error(`Another run uses DATA_DIR ${dir}: stop it, or set DATA_DIR to another folder.`);

const answers = (path: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(path)
      .once('connect', () => {
        socket.destroy();
        resolve(true);
      })
      .once('error', () => resolve(false));
  });
