import { type Counts, sumCounts } from '../counts.ts';

/** What a sync reads: labels, all projects, known projects that are gone, labelled open issues, known issues. */
export const syncStages = ['survey', 'projects', 'vanished', 'issues', 'known'] as const;
export type SyncStage = (typeof syncStages)[number];

/** Why a sync is asked for decides what it reads. */
export const syncPlans = {
  /** Of a workspace that knows nothing yet. */
  connect: ['survey', 'projects', 'issues'],
  /** Everything: what we know is read again too, for what moved no `updatedAt`. Connecting again is one. */
  full: ['survey', 'projects', 'vanished', 'issues', 'known'],
  daily: ['survey', 'projects', 'vanished'],
  /** Of one project. */
  project: ['issues', 'known'],
} as const satisfies Record<string, readonly SyncStage[]>;
export type SyncPlan = keyof typeof syncPlans;

/** By then every function has forgotten the old settings and archived projects (they are kept for a minute). */
export const FORGOTTEN_AFTER_MS = 90_000;

/** How far a sync came. It is kept on a row after every page, so any run can go on with it. Times are ISO. */
export type SyncProgress = {
  /** The row of `history` that tells of it. */
  historyId: string;
  plan: SyncPlan;
  askedAt: string;
  /** What is still to do, the first of it under way. */
  stages: readonly SyncStage[];
  cursor?: string | undefined;
  /** A sync after a changed setting waits until no cache knows the old one. */
  notBefore?: string | undefined;
  /** When a run of it last came on: it is alive. */
  savedAt?: string | undefined;
  counts: Counts;
};

export const newSync = (
  historyId: string,
  plan: SyncPlan,
  { now, delayMs = 0 }: { now: number; delayMs?: number },
): SyncProgress => ({
  historyId,
  plan,
  askedAt: new Date(now).toISOString(),
  stages: syncPlans[plan],
  ...(delayMs > 0 ? { notBefore: new Date(now + delayMs).toISOString() } : {}),
  counts: {},
});

/** Whether a sync reads all that another would: then the two are one. */
export const covers = ({ plan }: SyncProgress, other: SyncProgress): boolean => {
  const stages: readonly SyncStage[] = syncPlans[plan];
  return syncPlans[other.plan].every((stage) => stages.includes(stage));
};

export const mayStart = ({ notBefore = '' }: SyncProgress, now: number): boolean =>
  notBefore <= new Date(now).toISOString();

/** A run that saved nothing for so long is dead, and the schedule starts another. */
export const SYNC_ALIVE_MS = 60_000;

/** When (epoch ms) somebody has to (go on to) run it: when it may start, and its last run has to count as dead. */
export const runAt = ({ notBefore = '1970', savedAt = '1970' }: SyncProgress): number =>
  Math.max(Date.parse(notBefore), Date.parse(savedAt) + SYNC_ALIVE_MS);

/** Whether somebody has to (go on to) run it. */
export const wantsRun = (sync: SyncProgress, now: number): boolean => runAt(sync) <= now;

/** The progress after a page; `undefined` after the last. */
export const afterPage = (
  { cursor: _, ...sync }: SyncProgress,
  page: { cursor: string | undefined; counts: Counts; now: number },
): { next: SyncProgress | undefined; counts: Counts } => {
  const { cursor, now } = page;
  const counts = sumCounts(sync.counts, page.counts);
  const stages = cursor === undefined ? sync.stages.slice(1) : sync.stages;
  const savedAt = new Date(now).toISOString();
  const next = { ...sync, stages, counts, savedAt, ...(cursor === undefined ? {} : { cursor }) };
  return { next: stages.length > 0 ? next : undefined, counts };
};
