import { type Counts, sumCounts } from '../counts.ts';

/** What a sync reads: labels, all projects, known projects that are gone, labelled open issues, known issues. */
export const syncStages = ['survey', 'projects', 'vanished', 'issues', 'known'] as const;
export type SyncStage = (typeof syncStages)[number];

/** What a sync reads depends on why it was requested. */
export const syncPlans = {
  /** The first sync of a workspace. */
  connect: ['survey', 'projects', 'issues'],
  /**
   * Everything. Known issues are read again, for changes that left `updatedAt` as it was. Reconnecting asks for this.
   */
  full: ['survey', 'projects', 'vanished', 'issues', 'known'],
  daily: ['survey', 'projects', 'vanished'],
  /** The sync of one project. */
  project: ['issues', 'known'],
} as const satisfies Record<string, readonly SyncStage[]>;
export type SyncPlan = keyof typeof syncPlans;

/** After this long every function's cache (a minute) has dropped the old settings and archived projects. */
export const FORGOTTEN_AFTER_MS = 90_000;

/** How far a sync has come. It is saved on a row after every page, so any run can continue it. Times are ISO. */
export type SyncProgress = {
  /** Its row in `history`. */
  historyId: string;
  plan: SyncPlan;
  askedAt: string;
  /** The stages that are left. The first is under way. */
  stages: readonly SyncStage[];
  cursor?: string | undefined;
  /** A sync after a changed setting waits until no cache holds the old value. */
  notBefore?: string | undefined;
  /** When a run last saved a page, which shows that it is alive. */
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

/** Whether a sync reads everything that another would, so that the other is not needed. */
export const covers = ({ plan }: SyncProgress, other: SyncProgress): boolean => {
  const stages: readonly SyncStage[] = syncPlans[plan];
  return syncPlans[other.plan].every((stage) => stages.includes(stage));
};

export const mayStart = ({ notBefore = '' }: SyncProgress, now: number): boolean =>
  notBefore <= new Date(now).toISOString();

/** A run that has saved nothing for this long counts as dead, and the schedule starts another. */
export const SYNC_ALIVE_MS = 60_000;

/** When (epoch ms) a run has to start or continue it: it may start, and its last run counts as dead. */
export const runAt = ({ notBefore = '1970', savedAt = '1970' }: SyncProgress): number =>
  Math.max(Date.parse(notBefore), Date.parse(savedAt) + SYNC_ALIVE_MS);

/** Whether a run has to start or continue it now. */
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
