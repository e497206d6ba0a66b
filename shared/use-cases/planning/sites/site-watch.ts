import type { SiteRow } from '../../../data/planning/site-row.ts';
import type { History } from '../../../data/workspaces/history.ts';
import type { Now } from '../../../domain/clock.ts';
import { type SiteProblem, siteProblems } from '../../../domain/planning/site.ts';

export type SiteWatchDeps = {
  history: Pick<History, 'note'>;
  /** Tells the operator. */
  error: (message: string, fields: Record<string, unknown>) => void;
  count: (metric: string) => void;
  now: Now;
};

/** Tells the owner of a workspace, in its history, and the operator that a site begins or ceases to be refused. */
export const siteWatch = ({ history, error, count, now }: SiteWatchDeps) => ({
  async refused({ workspaceId }: SiteRow, problem: SiteProblem): Promise<void> {
    const { says } = siteProblems[problem];
    count('SiteRefused');
    error('site refused', { workspaceId, reason: problem });
    await history.note(workspaceId, 'site_refused', now(), { errors: [says] });
  },

  async recovered({ workspaceId }: SiteRow): Promise<void> {
    await history.note(workspaceId, 'site_recovered', now());
  },
});
