import { functionNames } from '../../lib/permissions.ts';
import type { Options } from '../options.ts';
import {
  type Action,
  type Attempt,
  dynamodbFaults,
  type Edit,
  type EditKind,
  editKinds,
  type LinearFault,
  type SystemFault,
} from './actions.ts';
import { type Dice, dice } from './dice.ts';

/** Random times in milliseconds: `rate` a second, at least one, and none in the last twentieth of the run. */
const times = (rate: number, { seconds }: Options, { chance }: Dice): number[] =>
  Array.from({ length: rate > 0 ? Math.max(1, Math.round(rate * seconds)) : 0 }, () =>
    Math.round(chance() * seconds * 950),
  );

const ends = { passing: 50, failing: 30, release: 10, abandon: 10 } as const;
const deliveryFaults = { drop: 4, delay: 2, duplicate: 2, reorder: 2 } as const;
const requestFaults = {
  '5xx': 3,
  'timeout-before': 1,
  'timeout-after': 2,
  'rate-limit': 1,
  'expired-token': 1,
} as const;

/** The operations of Linear's API that the service uses, each with its weight. */
const operations = {
  WriteBack: 5,
  IssuesAndComments: 4,
  Changes: 3,
  LabelledIssues: 1,
  Projects: 1,
  Viewer: 1,
  'oauth/token': 1,
} as const;

const faultOf = (roll: Dice): Record<string, unknown> & { kind: string } => {
  if (roll.chance() < 0.5) {
    const kind = roll.weighed(deliveryFaults);
    return {
      kind,
      count: roll.between(1, 10),
      ...(kind === 'delay' && { delayMs: roll.between(1, 90) * 1000 }),
    };
  }
  const kind = roll.weighed(requestFaults);
  // Only operations of the service: a human would just see the error.
  const operation = roll.weighed(operations);
  // The client gives up after 10 s.
  const timeoutMs = roll.pick([500, 3_000, 11_000]);
  return {
    kind,
    operation,
    count: roll.between(1, 3),
    ...(kind.startsWith('timeout') && { timeoutMs }),
  };
};

/** The actions of one workspace. They do not depend on the other workspaces. */
const planWorkspace = (workspace: number, options: Options): Action[] => {
  const { seed, workspaces, edits, attempts } = options;
  const roll = dice(seed * 1_009 + workspace + 1);
  const rate = (perSecond: number) => times(perSecond / workspaces, options, roll);
  return [
    ...rate(edits).map((at): Edit => {
      const { below } = roll;
      return {
        at,
        workspace,
        does: roll.weighed<EditKind>(editKinds),
        issue: below(1_000_000),
        project: below(1_000_000),
        to: below(1_000_000),
        id: roll.uuid(),
      };
    }),
    ...rate(attempts).map(
      (at): Attempt => ({
        at,
        workspace,
        does: 'attempt',
        project: roll.below(1_000_000),
        ends: roll.weighed(ends),
        thinkMs: roll.pick([0, 0, 50, 500, 3_000]),
        repeats: roll.pick([0, 0, 1, 2]),
        again: roll.chance() < 0.5,
      }),
    ),
    ...rate(workspaces / 5).map(
      (at): LinearFault => ({ at, workspace, does: 'fault', fault: faultOf(roll) }),
    ),
    ...rate(1 / 60).map(
      (at): LinearFault => ({ at, workspace, does: 'reconnect', afterMs: roll.between(100, 5_000) }),
    ),
  ];
};

const MINUTE_MS = 60_000;

const planSystemFaults = (options: Options): Action[] => {
  const roll = dice(options.seed);
  const every = (seconds: number) => times(1 / seconds, options, roll);
  return [
    ...every(1.5).map((at): SystemFault => ({ at, does: 'kill', of: roll.pick(functionNames) })),
    ...every(30).map((at): SystemFault => ({ at, does: 'engine', downMs: roll.between(100, 2_500) })),
    ...every(5).map(
      (at): SystemFault => ({
        at,
        does: 'dynamodb',
        fault: roll.pick(dynamodbFaults),
        share: roll.pick([0.02, 0.1, 0.4]),
        forMs: roll.between(200, 3_000),
      }),
    ),
    ...every(8).map(
      (at): SystemFault => ({
        at,
        does: 'clock',
        advanceMs: roll.pick([0.5, 1.1, 1.1, 2, 5.2, 16, 61, 365]) * MINUTE_MS,
      }),
    ),
  ];
};

/** The schedule of a run, by time. The same seed and sizes make the same plan. */
export const makePlan = (options: Options): Action[] =>
  [
    ...Array.from({ length: options.workspaces }, (_, index) => index)
      .filter((index) => options.only === undefined || index === options.only)
      .flatMap((index) => planWorkspace(index, options)),
    ...planSystemFaults(options),
  ].sort((one, other) => one.at - other.at);
