import type { FunctionName } from '../../lib/environments.ts';
/** What humans do to relations in Linear and to the issues that block others, each with its weight. */
export const dependencyKinds = {
  relate: 8,
  unrelate: 3,
  retarget: 2,
  retype: 1,
  circle: 1,
  closeBlocker: 4,
  reopenBlocker: 2,
  trashBlocker: 1,
  restoreBlocker: 1,
} as const;
export type DependencyKind = keyof typeof dependencyKinds;

/** What humans do in Linear, each with its weight. */
export const editKinds = {
  ...dependencyKinds,
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
export type EditKind = keyof typeof editKinds;

export const stateNames = ['Backlog', 'Todo', 'In Progress', 'In Review', 'Done', 'Canceled'] as const;

/** One action of a human. `issue` and `project` are indexes, modulo the number of whatever is chosen from. */
export type Edit = {
  at: number;
  workspace: number;
  does: EditKind;
  issue: number;
  project: number;
  /** An index of a state, a priority, or a number that goes into a text. */
  to: number;
  /** The id of a created issue. */
  id: string;
};

/** An orchestrator that claims a feature, and how its run ends. */
export type Attempt = {
  at: number;
  workspace: number;
  does: 'attempt';
  project: number;
  ends: 'passing' | 'failing' | 'release' | 'abandon';
  thinkMs: number;
  /** How often it repeats its report. */
  repeats: number;
  /** Whether it makes a failed feature pending again. */
  again: boolean;
};

/** A fault of Linear in one workspace: a body for `POST /_local/faults`, or an admin who removes the app and adds it again. */
export type LinearFault =
  | { at: number; workspace: number; does: 'fault'; fault: Record<string, unknown> & { kind: string } }
  | { at: number; workspace: number; does: 'reconnect'; afterMs: number };

/** An outage or a fault that affects all workspaces. */
export type SystemFault =
  | { at: number; does: 'kill'; of: FunctionName }
  | { at: number; does: 'engine'; downMs: number }
  | { at: number; does: 'dynamodb'; fault: DynamodbFault; share: number; forMs: number }
  | { at: number; does: 'clock'; advanceMs: number };
export const dynamodbFaults = ['throttle', 'conflict', 'error', 'reset-before', 'reset-after'] as const;
export type DynamodbFault = (typeof dynamodbFaults)[number];

export type Action = Edit | Attempt | LinearFault | SystemFault;
