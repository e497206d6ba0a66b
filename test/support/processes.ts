import { readdirSync, readFileSync } from 'node:fs';

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
};

/**
 * The ids of the processes that run a function, by the end of its resource's name (`Sync`), for the service in this
 * very process: other runs may share the machine. Linux only.
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

/** What a process holds now, in MB; nothing where it has ended. */
export const residentMegabytes = (pid: number): number | undefined => {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
};
