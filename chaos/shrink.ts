import type { Finding } from './checks.ts';
import type { Options } from './options.ts';
import type { Action } from './plan.ts';
import { runPlan } from './run.ts';

const RUNS = 12;

/** Leaves away halves, then quarters and so on, of a plan for as long as the same check fails. Each try is a run. */
export const shrink = async (
  options: Options,
  plan: readonly Action[],
  [finding]: readonly Finding[],
): Promise<string> => {
  let left = [...plan];
  let runs = 0;
  for (let size = Math.ceil(left.length / 2); size >= 1 && runs < RUNS; size = Math.floor(size / 2))
    for (let start = 0; start < left.length && runs < RUNS; ) {
      const without = [...left.slice(0, start), ...left.slice(start + size)];
      const { findings } = await runPlan(options, without);
      runs += 1;
      console.log(`${without.length} actions: ${findings.length} wrong`);
      if (findings.some(({ check }) => check === finding?.check)) left = without;
      else start += size;
    }
  return [
    `${left.length} actions are left after ${runs} runs:`,
    ...left.map((action) => JSON.stringify(action)),
  ].join('\n');
};
