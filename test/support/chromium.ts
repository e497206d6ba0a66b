import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** A real browser that talks to nothing but this machine. */
export const startChromium = (): Promise<Browser> => {
  if (!existsSync(executablePath))
    throw new Error(`There is no ${executablePath}: install it with "apt-get install -y chromium".`);
  const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map(
    (part) => `--disable-${part}`,
  );
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...quiet] });
};
