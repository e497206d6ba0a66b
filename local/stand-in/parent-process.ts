import { setTimeout as delay } from 'node:timers/promises';

const ACKNOWLEDGE_LIMIT_MS = 1000;

/** Reports a new clock offset to the parent process, which shares the clock, and waits until it has taken it over. */
export const reportClock = async (offsetMs: number): Promise<void> => {
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
  await Promise.race([acknowledged, delay(ACKNOWLEDGE_LIMIT_MS)]);
};

/** Takes over each clock offset that the parent process sends, such as that of another stand-in. */
export const followClock = (setClock: (offsetMs: number) => void): void => {
  process.on('message', (message: { type?: string; offsetMs?: number } | null) => {
    if (message?.type !== 'set-clock' || typeof message.offsetMs !== 'number') return;
    setClock(message.offsetMs);
    process.send?.({ type: 'clock-set' });
  });
};

/** Closes the stand-in and exits on SIGTERM, on SIGINT, and when the parent process is gone. */
export const exitAfter = (close: () => Promise<void>): void => {
  const stop = (): void => void close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A parent that was killed with SIGKILL sends no signal, but its channel closes.
  process.once('disconnect', stop);
};
