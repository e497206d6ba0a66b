import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { startLinear } from './server.ts';

/** What the process reads from its environment. */
const Env = z.object({
  LINEAR_PORT: z.coerce.number().int().min(0).max(65_535).default(3001),
  DATA_DIR: z.string().default('.local'),
  WEBHOOK_URL: z.url().optional(),
  REDIRECT_URI: z.url().optional(),
  FRESH: z.literal('1').optional(),
});

const CLOCK_ACK_MS = 1000;

const env = Env.parse(process.env);

/** The parent's processes share this clock, so it hears of a change before whoever asked for it goes on. */
const tellParent = async (offsetMs: number): Promise<void> => {
  if (!process.send) return;
  const acknowledged = new Promise<void>((resolve) => {
    const listener = (message: unknown): void => {
      if ((message as { type?: string } | null)?.type !== 'clock-ack') return;
      process.off('message', listener);
      resolve();
    };
    process.on('message', listener);
  });
  process.send({ type: 'clock', offsetMs });
  await Promise.race([acknowledged, delay(CLOCK_ACK_MS)]);
};

try {
  const { close, ...linear } = await startLinear({
    port: env.LINEAR_PORT,
    dataDir: env.DATA_DIR,
    fresh: env.FRESH === '1',
    onClock: tellParent,
    ...(env.WEBHOOK_URL && { webhookUrl: env.WEBHOOK_URL }),
    ...(env.REDIRECT_URI && { redirectUri: env.REDIRECT_URI }),
  });
  const stop = (): void => void close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A parent killed with -9 cannot say goodbye; its closed channel says it.
  process.once('disconnect', stop);
  process.send?.({ type: 'ready', ...linear });
  console.log(`the local Linear is at ${linear.url}`);
} catch (error) {
  if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
  console.error(`LINEAR_PORT ${env.LINEAR_PORT} is in use by another process`);
  process.exitCode = 1;
  process.disconnect?.();
}
