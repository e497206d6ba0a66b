import { readdirSync, readFileSync } from 'node:fs';

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
};

/** The ids of the processes that run a function, by the end of its resource's name (`Sync`). Linux only. */
export const processesOf = (functionName: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) =>
      new RegExp(`AWS_LAMBDA_FUNCTION_NAME=\\S*-${functionName}[0-9A-F]{8}\\0`).test(
        read(`/proc/${pid}/environ`),
      ),
    )
    .map(Number);

/** Those of them that this very process runs: other runs of the service may share the machine. */
export const ownProcessesOf = (functionName: string): number[] =>
  processesOf(functionName).filter((pid) =>
    new RegExp(`^PPid:\\t${process.pid}$`, 'm').test(read(`/proc/${pid}/status`)),
  );

/** What a process holds now, in MB; nothing where it has ended. */
export const residentMegabytes = (pid: number): number | undefined => {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
};
