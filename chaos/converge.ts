import { setTimeout as sleep } from 'node:timers/promises';
import { check } from './checks/checks.ts';
import type { Finding } from './checks/finding.ts';
import type { Journal } from './journal.ts';
import type { World } from './world.ts';

const MINUTE_MS = 60_000;
/** Three reconcile periods of five minutes each, with one tick a minute. */
const TICKS = 15;
/** Linear's last retry comes after seven hours. It must not change anything. */
const LATER_MS = 8 * 60 * MINUTE_MS;
/** Longer than an idle worker waits before it looks for more work. */
const QUIET_MS = 900;
const PATIENCE_MS = 120_000;

/** Waits until no function has used DynamoDB for a while. */
const quiet = async ({ stack }: World, quietMs: number): Promise<void> => {
  const giveUp = Date.now() + PATIENCE_MS;
  let quietSince = Date.now();
  while (Date.now() - quietSince < quietMs && Date.now() < giveUp) {
    if (stack.wire.take().length > 0) quietSince = Date.now();
    await sleep(50);
  }
};

/** Moves the clock, runs the schedule once and waits until it is done. */
export const tick = async (world: World, advanceMs: number, quietMs: number): Promise<void> => {
  await world.advance(advanceMs);
  await world.stack.invoke('PollerTick', {});
  await quiet(world, quietMs);
};

export type Converged = { ticks: number; findings: Finding[]; isLater: boolean };

/**
 * Runs the schedule minute by minute until nothing is wrong, for three reconcile periods at most. Then checks again,
 * hours later. `isLater`: whether the findings are those of the second check.
 */
export const converge = async (world: World, journal: Journal, quietMs = QUIET_MS): Promise<Converged> => {
  await quiet(world, quietMs);
  // A workspace that Linear did not answer is paused for up to twenty minutes.
  const pauses = (await world.rows('workspaces')).map(({ pausedUntil }) => Date.parse(String(pausedUntil)));
  const pausedMs = Math.max(0, ...pauses.filter(Number.isFinite).map((until) => until - world.now()));
  if (pausedMs > 0) await world.advance(Math.ceil(pausedMs));

  let findings: Finding[] = [];
  let ticks = 0;
  do {
    await tick(world, MINUTE_MS, quietMs);
    findings = await check(world, journal);
    ticks += 1;
  } while (findings.length > 0 && ticks < TICKS);
  if (findings.length > 0) return { ticks, findings, isLater: false };

  await tick(world, LATER_MS, quietMs);
  for (let later = 0; later < 2; later++) await tick(world, MINUTE_MS, quietMs);
  return { ticks, findings: await check(world, journal), isLater: true };
};
