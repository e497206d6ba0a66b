import * as z from 'zod';
import { exitAfter, followClock, reportClock } from '../stand-in/parent-process.ts';
import { startConfluence } from './server.ts';

/** The environment of the process. */
const Env = z.object({
  CONFLUENCE_PORT: z.coerce.number().int().min(0).max(65_535).default(3002),
  DATA_DIR: z.string().default('.local'),
  FRESH: z.literal('1').optional(),
});

const env = Env.parse(process.env);

try {
  const {
    close,
    setClock,
    store: _,
    ...confluence
  } = await startConfluence({
    port: env.CONFLUENCE_PORT,
    dataDir: env.DATA_DIR,
    fresh: env.FRESH === '1',
    onClock: reportClock,
  });
  exitAfter(close);
  followClock(setClock);
  process.send?.({ type: 'ready', ...confluence });
  console.log(`the local Confluence is at ${confluence.url}`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  console.error(`CONFLUENCE_PORT ${env.CONFLUENCE_PORT} is in use by another process`);
  process.exitCode = 1;
  process.disconnect?.();
}
