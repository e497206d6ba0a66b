import { random } from '../testing/random.ts';
import type { Options } from './options.ts';

/** What a human does in Linear. `issue` counts the issues of the workspace, `project` its projects. */
const editKinds = {
  rename: 20,
  prioritise: 10,
  describe: 5,
  label: 8,
  unlabel: 8,
  move: 8,
  takeOut: 3,
  setState: 14,
  archive: 2,
  unarchive: 3,
  trash: 2,
  restore: 3,
  create: 8,
  comment: 2,
  renameMany: 1,
  renameProject: 1,
  archiveProject: 0.5,
  unarchiveProject: 2,
  archiveHere: 0.5,
  activateHere: 2,
} as const;
type EditKind = keyof typeof editKinds;

export const stateNames = ['Backlog', 'Todo', 'In Progress', 'In Review', 'Done', 'Canceled'] as const;

export type Edit = {
  at: number;
  workspace: number;
  does: EditKind;
  issue: number;
  project: number;
  /** A state, a priority, a number for a text. */
  to: number;
  /** The id of what is created. */
  id: string;
};

/** An orchestrator that asks for work, and how it ends. */
export type Attempt = {
  at: number;
  workspace: number;
  does: 'attempt';
  project: number;
  ends: 'passing' | 'failing' | 'release' | 'abandon';
  thinkMs: number;
  /** How often it says the same again. */
  repeats: number;
  /** Hands out again what failed. */
  again: boolean;
};

/** What Linear does to one workspace: a body for `POST /_local/faults`, or a human who takes the app out and in again. */
export type Linearity =
  | { at: number; workspace: number; does: 'fault'; fault: Record<string, unknown> & { kind: string } }
  | { at: number; workspace: number; does: 'reconnect'; afterMs: number };

const functionNames = ['Webhook', 'Api', 'PollerTick', 'PollerWork', 'Sync', 'Oauth'] as const;

/** What befalls everybody. */
export type Weather =
  | { at: number; does: 'kill'; of: (typeof functionNames)[number] }
  | { at: number; does: 'engine'; downMs: number }
  | { at: number; does: 'dynamodb'; strike: (typeof strikes)[number]; share: number; forMs: number }
  | { at: number; does: 'clock'; advanceMs: number };
export const strikes = ['throttle', 'conflict', 'error', 'reset-before', 'reset-after'] as const;

export type Action = Edit | Attempt | Linearity | Weather;

const dice = (seed: number) => {
  const chance = random(seed);
  const below = (count: number) => Math.floor(chance() * count);
  const hex = (length: number) => Array.from({ length }, () => below(16).toString(16)).join('');
  return {
    chance,
    below,
    between: (from: number, to: number) => from + below(to - from + 1),
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T,
    weighed<T extends string>(weights: Record<T, number>): T {
      const entries = Object.entries<number>(weights) as [T, number][];
      let left = chance() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) {
        left -= weight;
        if (left < 0) return name;
      }
      return (entries[0] as [T, number])[0];
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
};
type Dice = ReturnType<typeof dice>;

/** About `rate` a second, and at least one, at any time of the run but its very end. */
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

/** What our service asks Linear for. */
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
  // Ours alone: a human would only be told.
  const operation = roll.weighed(operations);
  // Longer than the client waits, and shorter.
  const timeoutMs = roll.pick([500, 3_000, 11_000]);
  return {
    kind,
    operation,
    count: roll.between(1, 3),
    ...(kind.startsWith('timeout') && { timeoutMs }),
  };
};

/** All that happens in one workspace, whatever happens in the others. */
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
    ...rate(workspaces / 5).map((at): Linearity => ({ at, workspace, does: 'fault', fault: faultOf(roll) })),
    ...rate(1 / 60).map(
      (at): Linearity => ({ at, workspace, does: 'reconnect', afterMs: roll.between(100, 5_000) }),
    ),
  ];
};

const MINUTE_MS = 60_000;

const planWeather = (options: Options): Action[] => {
  const roll = dice(options.seed);
  const every = (seconds: number) => times(1 / seconds, options, roll);
  return [
    ...every(1.5).map((at): Weather => ({ at, does: 'kill', of: roll.pick(functionNames) })),
    ...every(30).map((at): Weather => ({ at, does: 'engine', downMs: roll.between(100, 2_500) })),
    ...every(5).map(
      (at): Weather => ({
        at,
        does: 'dynamodb',
        strike: roll.pick(strikes),
        share: roll.pick([0.02, 0.1, 0.4]),
        forMs: roll.between(200, 3_000),
      }),
    ),
    ...every(8).map(
      (at): Weather => ({
        at,
        does: 'clock',
        advanceMs: roll.pick([0.5, 1.1, 1.1, 2, 5.2, 16, 61, 365]) * MINUTE_MS,
      }),
    ),
  ];
};

/** What will happen, by time: the same for the same seed and sizes. */
export const makePlan = (options: Options): Action[] =>
  [
    ...Array.from({ length: options.workspaces }, (_, index) => index)
      .filter((index) => options.only === undefined || index === options.only)
      .flatMap((index) => planWorkspace(index, options)),
    ...planWeather(options),
  ].sort((one, other) => one.at - other.at);
