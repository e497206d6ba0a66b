import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockFolder } from './lock.ts';

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
  const release = await lockFolder(dir);
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
    mkdirSync(join(dir, 'logs'), { recursive: true, mode: 0o700 });
    // It holds keys and tokens. A folder that others' files share keeps the mode that was given to it.
    const isOursAlone = readdirSync(dir).every((name) => name === MARK || OURS.includes(name));
    if (isOursAlone) chmodSync(dir, 0o700);
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
  mkdirSync(dir, { mode: 0o700 });
};
