import { join } from 'node:path';
import type { RunningConfluence } from './confluence/server.ts';
import { type StandInProcess, startChildProcess } from './stand-in/child-process.ts';

type ConfluenceOptions = {
  port: number;
  dataDir: string;
  fresh: boolean;
  log: string;
  onClock(offsetMs: number): unknown;
};

type ConfluenceApp = Omit<RunningConfluence, 'store' | 'close' | 'setClock'>;

/** Starts the local Confluence in a process of its own, which exits when this process ends. */
export const startConfluence = (options: ConfluenceOptions): Promise<StandInProcess<ConfluenceApp>> => {
  const { port, dataDir, fresh, log, onClock } = options;
  return startChildProcess({
    name: 'The local Confluence',
    main: join(import.meta.dirname, 'confluence/main.ts'),
    env: {
      CONFLUENCE_PORT: String(port),
      DATA_DIR: dataDir,
      ...(fresh && { FRESH: '1' }),
    },
    log,
    onClock,
  });
};
