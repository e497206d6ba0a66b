import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

interface Options {
  /** How errors call the stand-in, such as "The local Linear". */
  name: string;
  /** The path of its main module. */
  main: string;
  /** Variables beside those of this process. */
  env: Record<string, string>;
  /** The file that its output is appended to. */
  log: string;
  /** Called with the offset of its clock in ms after each change. Its request for the change waits for it. */
  onClock(offsetMs: number): unknown;
}

type Message<App> = ({ type: 'ready' } & App) | { type: 'clock'; offsetMs: number } | { type: 'clock-set' };

export type StandInProcess<App> = App & {
  /** Resolves when it ends without being stopped. */
  failed: Promise<Error>;
  /** Gives it the clock offset of another stand-in. Resolves once it has taken it over, or has ended. */
  setClock(offsetMs: number): Promise<void>;
  stop(): Promise<void>;
};

const READY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 2_000;

/**
 * Starts a stand-in in a process of its own, which exits when this process ends. Returns what the stand-in reports
 * once it serves (`parent-process.ts` is its side of the channel). Throws if it does not serve within 30 s.
 */
export const startChildProcess = async <App extends object>(
  options: Options,
): Promise<StandInProcess<App>> => {
  const { name, main, env, log, onClock } = options;
  const output = openSync(log, 'a');
  const child = fork(main, [], {
    // A stand-in leaves much garbage when it starts. Without these options the process keeps 60 MB more.
    execArgv: ['--max-semi-space-size=2', '--optimize-for-size', '--liftoff-only'],
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);

  let stopping = false;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    stopping = true;
    if (child.connected) child.disconnect();
    child.kill();
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(kill);
  };
  const failed = new Promise<Error>((resolve) => {
    void ended.then(() => {
      if (!stopping)
        resolve(new Error(`${name} ended unexpectedly: see ${log}. Start again; the data is kept.`));
    });
  });

  const setClock = async (offsetMs: number) => {
    if (!child.connected) return;
    const taken = new Promise<void>((resolve) => {
      const listener = (message: Message<App>) => {
        if (message.type !== 'clock-set') return;
        child.off('message', listener);
        resolve();
      };
      child.on('message', listener);
    });
    child.send({ type: 'set-clock', offsetMs });
    await Promise.race([taken, ended]);
  };

  const ready = new Promise<App>((resolve) => {
    child.on('message', (message: Message<App>) => {
      if (message.type === 'ready') resolve(message);
      if (message.type === 'clock') {
        const acknowledge = () => child.connected && child.send({ type: 'clock-ack' });
        void Promise.resolve(onClock(message.offsetMs)).then(acknowledge);
      }
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`${name} did not start: see ${log}.`)), READY_LIMIT_MS);
  });
  const app = await Promise.race([ready, failed, late]);
  clearTimeout(timer);
  if (app instanceof Error) {
    await stop();
    throw app;
  }
  return { ...app, failed, setClock, stop };
};
