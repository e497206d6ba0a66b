import { readdirSync, readFileSync } from 'node:fs';
import { shortName } from '../../testing/stack.ts';

const EVERY_MS = 100;

/** The peak memory of each function's processes in MB (VmHWM), by the function's short name. */
export const peaks = new Map<string, number>();

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** The peak memory of a process in MB; 0 if the process has ended. */
export const peakOf = (pid: number | string): number =>
  Number(/VmHWM:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;

/** Notes the peak of every function process that this process has started. */
const sample = () => {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!read(`/proc/${pid}/cmdline`).includes('bootstrap.mjs')) continue;
    if (!read(`/proc/${pid}/status`).includes(`\nPPid:\t${process.pid}\n`)) continue;
    const name = /AWS_LAMBDA_FUNCTION_NAME=([^\0]+)/.exec(read(`/proc/${pid}/environ`))?.[1];
    if (name) peaks.set(shortName(name), Math.max(peaks.get(shortName(name)) ?? 0, peakOf(pid)));
  }
};

/** Samples the functions' processes until it is stopped. */
export const watchMemory = () => {
  const timer = setInterval(sample, EVERY_MS);
  return { stop: () => clearInterval(timer) };
};
