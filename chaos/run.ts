import { setTimeout as sleep } from 'node:timers/promises';
import { faultInjector } from './actors/fault-injector.ts';
import { human } from './actors/humans.ts';
import { orchestrator } from './actors/orchestrators.ts';
import type { Finding } from './checks/finding.ts';
import { converge } from './converge.ts';
import { type Journal, newJournal } from './journal.ts';
import type { Options } from './options.ts';
import type { Action } from './plan/actions.ts';
import { describeFindings } from './report.ts';
import { tryRelease } from './try-release.ts';
import { startWorld } from './world.ts';

export type Run = {
  findings: Finding[];
  /** How many ticks of the schedule it took until nothing was wrong. */
  ticks: number;
  journal: Journal;
  /** The findings, each with the trace of what happened to its issue. */
  report: string;
};

const DRAIN_MS = 1_000;

/** Carries out a plan on a service of its own, ends the faults, lets the service converge and checks it. */
export const runPlan = async (options: Options, plan: readonly Action[]): Promise<Run> => {
  const world = await startWorld(options);
  try {
    const journal = newJournal();
    const faults = faultInjector(world, options.seed);
    const [edit, attempt] = [human(world, journal), orchestrator(world, journal)];
    const carryOut = (action: Action) => {
      switch (action.does) {
        case 'attempt':
          return attempt(action);
        case 'fault':
        case 'reconnect':
          return faults.injectLinearFault(action);
        case 'kill':
        case 'engine':
        case 'dynamodb':
        case 'clock':
          return faults.injectSystemFault(action);
        default:
          return edit(action);
      }
    };

    const began = Date.now();
    const noted = async (action: Action) => {
      const startedMs = Date.now() - began;
      const { outcome, about } = await carryOut(action).catch((error: Error) => ({
        outcome: `failed: ${error.message}`,
        about: [],
      }));
      journal.entries.push({ action, startedMs, endedMs: Date.now() - began, outcome, about });
    };
    // The recorded operations are not needed here, and there are many.
    const draining = setInterval(() => world.stack.wire.take(), DRAIN_MS);
    const running: Promise<void>[] = [];
    for (const action of plan) {
      await sleep(Math.max(0, action.at - (Date.now() - began)));
      running.push(noted(action));
    }
    await Promise.all(running);
    await faults.clear();
    clearInterval(draining);

    const { findings: found, ticks, isLater } = await converge(world, journal);
    const findings = found.length > 0 ? found : await tryRelease(world, journal);
    const when = found.length === 0 ? ', after what blocks features changed' : isLater ? ', hours later' : '';
    const report = await describeFindings(world, journal, findings, { when });
    return { findings, ticks, journal, report };
  } finally {
    await world.stop();
  }
};
