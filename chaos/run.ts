import { setTimeout as sleep } from 'node:timers/promises';
import { human } from './actors/humans.ts';
import { orchestrator } from './actors/orchestrators.ts';
import { weather } from './actors/weather.ts';
import type { Finding } from './checks/finding.ts';
import { type Journal, newJournal } from './journal.ts';
import type { Options } from './options.ts';
import type { Action } from './plan.ts';
import { settle } from './settle.ts';
import { tell } from './story.ts';
import { startWorld } from './world.ts';

export type Run = {
  findings: Finding[];
  /** Minutes of schedule it took until nothing was wrong. */
  ticks: number;
  journal: Journal;
  /** What was found, each with what happened to it. */
  report: string;
};

const DRAIN_MS = 1_000;

/** Carries out a plan on a service of its own, ends the faults, and looks at what is left. */
export const runPlan = async (options: Options, plan: readonly Action[]): Promise<Run> => {
  const world = await startWorld(options);
  try {
    const journal = newJournal();
    const faults = weather(world, options.seed);
    const [edit, attempt] = [human(world, journal), orchestrator(world, journal)];
    const carryOut = (action: Action) => {
      switch (action.does) {
        case 'attempt':
          return attempt(action);
        case 'fault':
        case 'reconnect':
          return faults.trouble(action);
        case 'kill':
        case 'engine':
        case 'dynamodb':
        case 'clock':
          return faults.strike(action);
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
    // What crossed the wire is of no use here, and much.
    const draining = setInterval(() => world.stack.wire.take(), DRAIN_MS);
    const running: Promise<void>[] = [];
    for (const action of plan) {
      await sleep(Math.max(0, action.at - (Date.now() - began)));
      running.push(noted(action));
    }
    await Promise.all(running);
    await faults.clear();
    clearInterval(draining);

    const { findings, ticks, isLater } = await settle(world, journal);
    const report = await tell(world, journal, findings, { isLater });
    return { findings, ticks, journal, report };
  } finally {
    await world.stop();
  }
};
