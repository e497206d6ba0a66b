// A process that asks for a workspace's token, like a function. If it is the first to create the file DIE_ONCE, it kills
// itself right after Linear has answered a refresh.
import { closeSync, openSync } from 'node:fs';
import { database } from '../../shared/composition/database.ts';
import { type LinearEnv, linearClients } from '../../shared/composition/linear-clients.ts';
import { stores, type Tables } from '../../shared/composition/stores.ts';
import { telemetry } from '../../shared/composition/telemetry.ts';
import { tokenSource } from '../../shared/composition/token-source.ts';
import { sleep } from '../../shared/runtime/sleep.ts';

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
const env = process.env as unknown as LinearEnv & Tables;
const system = { ...telemetry, now, sleep };
const outside = { ...system, ...stores(database(), env), ...linearClients(env, system) };
const { tokens } = tokenSource(outside);
const { version } = await tokens.token(WORKSPACE_ID);
process.stdout.write(`version ${version}`);
