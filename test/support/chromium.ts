import { type Browser, chromium } from 'playwright-core';
import { findBrowser, NO_BROWSER } from './find-browser.ts';

/** Starts a real browser without background network traffic. */
export const startChromium = (): Promise<Browser> => {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error(NO_BROWSER);
  const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map(
    (part) => `--disable-${part}`,
  );
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--no-first-run', ...quiet] });
};
