import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

export type LinearOptions = {
  port: number;
  api: string;
  dataDir: string;
  fresh: boolean;
  log: string;
  onClock(offsetMs: number): void;
};

type LinearApp = {
  url: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  adminKey: string;
  clockOffsetMs: number;
};

type Message = ({ type: 'ready' } & LinearApp) | { type: 'clock'; offsetMs: number };

export type LinearProcess = LinearApp & {
  /** Resolves when it ends without being stopped. */
  failed: Promise<Error>;
  stop(): Promise<void>;
};

const READY_LIMIT_MS = 30_000;

/** Starts the local Linear in a process of its own, which exits when this process ends. */
export const startLinear = async (options: LinearOptions): Promise<LinearProcess> => {
  const { port, api, dataDir, fresh, log, onClock } = options;
  const output = openSync(log, 'a');
  const child = fork(join(import.meta.dirname, 'linear/main.ts'), [], {
    // Building Linear's schema leaves much garbage: without these options the process keeps 60 MB more.
    execArgv: ['--max-semi-space-size=2', '--optimize-for-size', '--liftoff-only'],
    env: {
      ...process.env,
      LINEAR_PORT: String(port),
      DATA_DIR: dataDir,
      WEBHOOK_URL: `${api}/webhooks/linear`,
      REDIRECT_URI: `${api}/oauth/linear/callback`,
      ...(fresh && { FRESH: '1' }),
    },
    stdio: ['ignore', output, output, 'ipc'],
  });
  closeSync(output);

  let stopping = false;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    stopping = true;
    if (child.connected) child.disconnect();
    child.kill();
    const stubborn = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await ended;
    clearTimeout(stubborn);
  };
  const failed = new Promise<Error>((resolve) => {
    void ended.then(() => {
      if (!stopping) resolve(new Error(`The local Linear ended by itself: see ${log}.`));
    });
  });

  const ready = new Promise<LinearApp>((resolve) => {
    child.on('message', (message: Message) => {
      if (message.type === 'ready') resolve(message);
      if (message.type === 'clock') {
        onClock(message.offsetMs);
        child.send({ type: 'clock-ack' });
      }
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(
      () => resolve(new Error(`The local Linear did not start: see ${log}.`)),
      READY_LIMIT_MS,
    );
  });
  const app = await Promise.race([ready, failed, late]);
  clearTimeout(timer);
  if (app instanceof Error) {
    await stop();
    throw app;
  }
  return { ...app, failed, stop };
};
