import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The names of browsers that support the protocol of the browser tests. */
const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
];

type Machine = { env: NodeJS.ProcessEnv; platform: NodeJS.Platform; isExecutable(path: string): boolean };

const thisMachine: Machine = {
  env: process.env,
  platform: process.platform,
  isExecutable(path) {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  },
};

/** Where installers put browsers outside of PATH. */
const usualPlaces = ({ env, platform }: Machine): string[] => {
  const places: Partial<Record<NodeJS.Platform, string[]>> = {
    linux: ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome', '/opt/microsoft/msedge'].flatMap(
      (folder) => NAMES.map((name) => `${folder}/${name}`),
    ),
    darwin: ['Chromium', 'Google Chrome', 'Microsoft Edge'].flatMap((name) =>
      ['', env.HOME ?? ''].map((home) => `${home}/Applications/${name}.app/Contents/MacOS/${name}`),
    ),
    win32: [env.LOCALAPPDATA, env.PROGRAMFILES, env['PROGRAMFILES(X86)']].flatMap((folder) =>
      folder
        ? [
            `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
            `${folder}\\Chromium\\Application\\chrome.exe`,
            `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`,
          ]
        : [],
    ),
  };
  return places[platform] ?? [];
};

/**
 * The path of this machine's browser, if it has one. CHROME_PATH overrides the search.
 * @throws an Error if CHROME_PATH is not the path of a browser.
 */
export const findBrowser = (machine: Machine = thisMachine): string | undefined => {
  const { env, platform, isExecutable } = machine;
  if (env.CHROME_PATH) {
    if (isExecutable(env.CHROME_PATH)) return env.CHROME_PATH;
    throw new Error(
      `CHROME_PATH is ${env.CHROME_PATH}, which cannot be executed: set it to Chromium, Chrome or Edge.`,
    );
  }
  const suffix = platform === 'win32' ? '.exe' : '';
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => NAMES.map((name) => join(folder, name + suffix)));
  return [...onPath, ...usualPlaces(machine)].find(isExecutable);
};

export const NO_BROWSER =
  'No Chromium, Chrome or Edge was found, so the tests in test/browser fail (all others run): ' +
  'install one of them, or set CHROME_PATH to its program.';
