import * as z from 'zod';
import { exitAfter, followClock, reportClock } from '../stand-in/parent-process.ts';
import { startLinear } from './server.ts';

/** The environment of the process. */
const Env = z.object({
  LINEAR_PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  DATA_DIR: z.string().default('.local'),
  WEBHOOK_URL: z.url().optional(),
  REDIRECT_URI: z.url().optional(),
  FRESH: z.literal('1').optional(),
});

const env = Env.parse(process.env);

try {
  const { close, setClock, ...linear } = await startLinear({
    port: env.LINEAR_PORT,
    dataDir: env.DATA_DIR,
    fresh: env.FRESH === '1',
    onClock: reportClock,
    ...(env.WEBHOOK_URL && { webhookUrl: env.WEBHOOK_URL }),
    ...(env.REDIRECT_URI && { redirectUri: env.REDIRECT_URI }),
  });
  exitAfter(close);
  followClock(setClock);
  process.send?.({ type: 'ready', ...linear });
  console.log(`the local Linear is at ${linear.url}`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  console.error(`LINEAR_PORT ${env.LINEAR_PORT} is in use by another process`);
  process.exitCode = 1;
  process.disconnect?.();
}
