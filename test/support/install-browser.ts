// Runs before the tests. Installs Debian's browser if the machine has none and we may install packages.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findBrowser, NO_BROWSER } from './find-browser.ts';

const isDebian = () => {
  try {
    return /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
};

const apt = (...args: string[]) => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
};

try {
  if (!findBrowser() && isDebian() && process.getuid?.() === 0) {
    console.log('Installing a browser for the tests (apt-get install chromium) …');
    apt('update');
    apt('install', '-y', 'chromium');
  }
  // The browser tests fail with the same message.
  if (!findBrowser()) console.error(NO_BROWSER);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
