import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from '../../local/settings.ts';

const start = (file: string, args: string[], env: Record<string, string>): ChildProcess =>
  fork(join(root, file), args, {
    env,
    execArgv: [],
    // Thousands of refusals are logged.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });

const stop = async (child: ChildProcess) => {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
};

const answer = async <T>(child: ChildProcess): Promise<T> => {
  const waiting = new AbortController();
  const { signal } = waiting;
  const ended = once(child, 'exit', { signal }).then(([status]) => {
    throw new Error(`A measured process ended with ${status}.`);
  });
  const message = once(child, 'message', { signal }).then(([sent]) => sent as T);
  try {
    return await Promise.race([message, ended]);
  } finally {
    waiting.abort();
    await Promise.allSettled([message, ended]);
  }
};

/** Starts a process of warm-process.mjs. `micros` is CPU time per call. */
export const startWarmProcess = (env: Record<string, string>) => {
  const child = start('bench/harness/warm-process.mjs', [], env);
  return {
    async call(bundle: string, name: string, inputs: unknown[], { countParses = false } = {}) {
      child.send({ bundle, name, inputs, countParses });
      return answer<{ micros: number; statuses: (number | undefined)[]; parses: number }>(child);
    },
    stop: () => stop(child),
  };
};

/** Starts a server in a process of its own. `file` is its path in the repository; it sends its port. */
export const startServer = async (file: string, args: string[], env: Record<string, string>) => {
  const child = start(file, args, env);
  const { port } = await answer<{ port: number }>(child);
  return { url: `http://127.0.0.1:${port}`, stop: () => stop(child) };
};
