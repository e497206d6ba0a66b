import { describe, expect, test } from 'vitest';
import { findBrowser } from '../../support/find-browser.ts';

const find = (platform: NodeJS.Platform, present: string[], env: NodeJS.ProcessEnv = {}) =>
  findBrowser({ platform, env, isExecutable: (path) => present.includes(path) });

test.each<[NodeJS.Platform, string, NodeJS.ProcessEnv]>([
  ['linux', '/usr/bin/chromium', {}],
  ['linux', '/home/me/bin/google-chrome', { PATH: '/bin:/home/me/bin' }],
  ['linux', '/opt/microsoft/msedge/msedge', {}],
  ['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', {}],
  [
    'darwin',
    '/Users/me/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    { HOME: '/Users/me' },
  ],
  [
    'win32',
    'C:\\Program Files\\Microsoft\\Edge\\Application\\msedge.exe',
    { PROGRAMFILES: 'C:\\Program Files' },
  ],
])('on %s it finds %s', (platform, path, env) => {
  expect(find(platform, [path], env)).toBe(path);
});

test('on a machine without a browser it finds none', () => {
  expect(find('linux', ['/usr/bin/firefox'], { PATH: '/usr/bin' })).toBeUndefined();
});

describe('CHROME_PATH', () => {
  test('takes precedence over installed browsers', () => {
    const env = { CHROME_PATH: '/mine/chrome', PATH: '/usr/bin' };
    expect(find('linux', ['/usr/bin/chromium', '/mine/chrome'], env)).toBe('/mine/chrome');
  });

  test('is an error if it names no browser, even if another is installed', () => {
    expect(() => find('linux', ['/usr/bin/chromium'], { CHROME_PATH: '/no/chrome' })).toThrow(
      'CHROME_PATH is /no/chrome, which cannot be executed',
    );
  });
});
