export const syncStages = ['survey', 'projects', 'issues'] as const;

/** How far a full sync came. It is kept on the workspace's row after every page, so any run can go on with it. */
export type SyncProgress = {
  /** The row of `history` that tells of it. */
  historyId: string;
  stage: (typeof syncStages)[number];
  cursor?: string | undefined;
  /** ISO; a sync after a changed setting waits until no cache knows the old one. */
  notBefore?: string | undefined;
  counts: Record<string, number>;
};

export const newSync = (historyId: string, notBefore?: string): SyncProgress => ({
  historyId,
  stage: 'survey',
  ...(notBefore ? { notBefore } : {}),
  counts: {},
});

export const mayStart = ({ notBefore = '' }: SyncProgress, now: number): boolean =>
  notBefore <= new Date(now).toISOString();

/** Adds to the counts of a run. */
export const tally = (
  counts: Readonly<Record<string, number>>,
  words: Iterable<string>,
): Record<string, number> => {
  const sum = { ...counts };
  for (const word of words) sum[word] = (sum[word] ?? 0) + 1;
  return sum;
};
