// Runs before `npm start` and `npm test`, with any version of Node, and installs missing packages.
// `npm ci` writes node_modules/.package-lock.json last, so an interrupted install is seen and repeated.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const packages = (file) => {
  try {
    return JSON.parse(readFileSync(new URL(file, root), 'utf8')).packages;
  } catch {
    return {};
  }
};

const wanted = Object.entries(packages('package-lock.json')).filter(
  ([path, { optional }]) => path && !optional,
);
const installed = packages('node_modules/.package-lock.json');

if (!wanted.every(([path, { version }]) => installed[path]?.version === version)) {
  console.log('Installing dependencies (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    console.error('npm ci failed: see its message above. Nothing was started.');
    process.exit(1);
  }
}
