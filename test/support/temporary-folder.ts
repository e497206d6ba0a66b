import { mkdtempSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The logs of a failed fault run are kept for people to read. */
const isKept = (name: string): boolean => name.startsWith('omakase-chaos-');

/**
 * Gives a test run a temporary folder of its own and empties it at the end. This removes what the tests, their processes
 * and libraries leave behind. Its name is short because the path of a Unix socket in it is limited to 103 characters.
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
