import { join } from 'node:path';
import { type StandInProcess, startChildProcess } from './stand-in/child-process.ts';

type LinearOptions = {
  port: number;
  /** The URL of the API that receives the webhooks and the OAuth callback. */
  api: string;
  dataDir: string;
  fresh: boolean;
  log: string;
  onClock(offsetMs: number): unknown;
};

type LinearApp = {
  url: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  adminKey: string;
  clockOffsetMs: number;
};

/** Starts the local Linear in a process of its own, which exits when this process ends. */
export const startLinear = (options: LinearOptions): Promise<StandInProcess<LinearApp>> => {
  const { port, api, dataDir, fresh, log, onClock } = options;
  return startChildProcess({
    name: 'The local Linear',
    main: join(import.meta.dirname, 'linear/main.ts'),
    env: {
      LINEAR_PORT: String(port),
      DATA_DIR: dataDir,
      WEBHOOK_URL: `${api}/webhooks/linear`,
      REDIRECT_URI: `${api}/oauth/linear/callback`,
      ...(fresh && { FRESH: '1' }),
    },
    log,
    onClock,
  });
};
