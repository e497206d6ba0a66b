import { mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The logs of a fault run that failed: people read them afterwards. */
const isKept = (name: string): boolean => name.startsWith('omakase-chaos-');

/**
 * Gives a run of the tests a temporary folder of its own and empties it at the end: whatever the tests, the processes
 * that they start and the libraries that they use make there is gone then. Its name is short because a Unix socket in
 * it may have a path of 103 characters.
 */
export default (): (() => void) => {
  const before = process.env.TMPDIR;
  const folder = mkdtempSync(join(tmpdir(), 't-'));
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    for (const name of readdirSync(folder).filter((each) => !isKept(each)))
      rmSync(join(folder, name), { recursive: true, force: true, maxRetries: 5 });
    if (readdirSync(folder).length === 0) rmdirSync(folder);
  };
};
