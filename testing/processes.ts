import { readdirSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // The process has ended.
    return '';
  }
};

/**
 * The ids of the processes that run a function (`Sync`) for the service in this process. Other runs may share the
 * machine. Linux only.
 */
export const ownProcessesOf = (functionName: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter(
      (pid) =>
        new RegExp(`^PPid:\\t${process.pid}$`, 'm').test(read(`/proc/${pid}/status`)) &&
        new RegExp(`AWS_LAMBDA_FUNCTION_NAME=\\S*-${functionName}[0-9A-F]{8}\\0`).test(
          read(`/proc/${pid}/environ`),
        ),
    )
    .map(Number);

/** The CPU seconds that this process and its descendants have used. Linux only. */
export const cpuSecondsOfOurs = (): number => {
  const stats = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => {
      // The name in parentheses may contain spaces.
      const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
      return { pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
    });
  const ours = new Set([process.pid]);
  for (let size = 0; size < ours.size; ) {
    size = ours.size;
    for (const { pid, parent } of stats) if (ours.has(parent)) ours.add(pid);
  }
  return stats.filter(({ pid }) => ours.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_A_SECOND;
};

/** The resident memory of a process in MB; undefined if it has ended. */
export const residentMegabytes = (pid: number): number | undefined => {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
};
