// A process that needs a workspace's token, as a function does. It dies by SIGKILL right after Linear answered a
// refresh if it is the first to create the file DIE_ONCE.
import { closeSync, openSync } from 'node:fs';
import { database } from '../../shared/composition/database.ts';
import { type LinearEnv, linearAccess } from '../../shared/composition/linear-access.ts';

const { WORKSPACE_ID = '', CLOCK_OFFSET_MS, DIE_ONCE } = process.env;

const isFirst = (file: string): boolean => {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch {
    return false;
  }
};

const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const response = await realFetch(input, init);
  if (DIE_ONCE && String(input).endsWith('/oauth/token') && isFirst(DIE_ONCE))
    process.kill(process.pid, 'SIGKILL');
  return response;
};

const now = () => Date.now() + Number(CLOCK_OFFSET_MS);
const { tokens } = linearAccess(database(), process.env as unknown as LinearEnv, now);
const { version } = await tokens.token(WORKSPACE_ID);
process.stdout.write(`version ${version}`);
