import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockFolder } from './lock.ts';

const MARKER = '.omakase-linear';

/** The files of a run. The local Linear and the local Confluence write and delete their journals themselves. */
const OURS = [
  'cdk.out',
  'confluence.jsonl',
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
 * Opens a data folder and locks it for this run. A marker file shows that the folder is a run's, and `fresh` deletes
 * only files that a run writes, so a wrong path loses nothing. Throws if the folder is in use or not a run's.
 */
export const openDataDir = async (dir: string, { fresh }: { fresh: boolean }): Promise<DataDir> => {
  try {
    makeDir(dir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`DATA_DIR ${dir} cannot be created (${code}): choose a path that can be written.`);
  }
  const release = await lockFolder(dir);
  try {
    const present = readdirSync(dir);
    const found = OURS.find((name) => present.includes(name));
    if (!present.includes(MARKER) && found) {
      throw new Error(
        `DATA_DIR ${dir} has a ${found} that this program did not write: choose another folder.`,
      );
    }
    writeFileSync(join(dir, MARKER), 'The data of a local run. Safe to delete while nothing runs.\n');
    if (fresh) for (const name of OURS) rmSync(join(dir, name), { recursive: true, force: true });
    mkdirSync(join(dir, 'logs'), { recursive: true, mode: 0o700 });
    // The folder contains keys and tokens. A folder with other files keeps its mode.
    const isOursAlone = readdirSync(dir).every((name) => name === MARKER || OURS.includes(name));
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

/** Creates each level itself, because Node's `recursive` never returns for some parents (/proc). */
const makeDir = (dir: string): void => {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dir !== dirname(dir)) makeDir(dirname(dir));
  mkdirSync(dir, { mode: 0o700 });
};
