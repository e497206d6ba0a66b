import type { ConfluenceApi } from '../../../confluence/api.ts';
import { hasFailed } from '../../../confluence/errors.ts';
import type { SiteRow } from '../../../data/planning/site-row.ts';
import type { Sites } from '../../../data/planning/sites.ts';
import type { Workspaces } from '../../../data/workspaces/workspaces.ts';
import { backOffMs } from '../../../domain/schedule/backoff.ts';
import { isPaused } from '../../../domain/workspaces/pause.ts';
import { AppError } from '../../../errors.ts';
import { inPlannedSpaces } from './planned-spaces.ts';
import { SiteError } from './site-error.ts';
import { type SiteWatchDeps, siteWatch } from './site-watch.ts';

type Deps = SiteWatchDeps & {
  sites: Sites;
  workspaces: Pick<Workspaces, 'get'>;
  /** A site's API, as its stored credential. No request begins after `deadline` (epoch ms). */
  confluence: (site: SiteRow, how: { deadline: number }) => ConfluenceApi;
  /** When (epoch ms) the invocation that is running may begin nothing more. */
  deadline?: () => number;
};

/**
 * Calls the Confluence site of a workspace, within the spaces that may be planned. Throws `SiteError` if the site cannot
 * be used, and `ConfluenceError` if the request itself is at fault: not found, conflict, refused, too large,
 * unreadable. A rate limit pauses the site for every function. So do outages and refusals of the credential, longer each
 * time, and the first request that succeeds ends them.
 */
export const withConfluence = ({
  sites,
  workspaces,
  confluence,
  deadline = () => Number.POSITIVE_INFINITY,
  now,
  ...telling
}: Deps) => {
  const watch = siteWatch({ ...telling, now });
  const usable = async (workspaceId: string): Promise<SiteRow> => {
    const [site, workspace] = await Promise.all([sites.get(workspaceId), workspaces.get(workspaceId)]);
    if (!site || site.tenancy !== workspace?.tenancy) throw new SiteError('site_missing');
    if (!isPaused(site, now())) return site;
    if (site.state === 'refused') throw new SiteError(site.problem ?? 'credential_refused');
    throw new SiteError('site_paused', { until: site.pausedUntil ?? '' });
  };

  /** Stores what a failure says about the site. Answers the error to throw. */
  const noted = async (site: SiteRow, error: unknown): Promise<unknown> => {
    const more = { cause: error, detail: error instanceof AppError ? error.detail : undefined };
    const times = site.outages + 1;
    const until = now() + backOffMs(times);
    if (hasFailed(error, 'rate_limited')) {
      await sites.pause(site, error.failure.until);
      return new SiteError('site_paused', { ...more, until: new Date(error.failure.until).toISOString() });
    }
    if (hasFailed(error, 'unauthorized', 'no_site')) {
      const problem = error.failure.is === 'no_site' ? 'site_unknown' : 'credential_refused';
      const isNoted = await sites.failed(site, { problem, until, now: now() });
      if (isNoted && site.state !== 'refused') await watch.refused(site, problem);
      return new SiteError(problem, more);
    }
    if (hasFailed(error, 'unavailable')) {
      // A single failure may be about one page only, and its own work waits longer each time.
      await sites.failed(site, { until: times > 1 ? until : undefined, now: now() });
      return new SiteError('unavailable', more);
    }
    if (hasFailed(error, 'out_of_time'))
      return new AppError('upstream', 'No time is left in this run for a request to Confluence.', more);
    if (hasFailed(error, 'scope')) return new SiteError('scope_missing', more);
    if (hasFailed(error, 'forbidden')) return new SiteError('access_denied', more);
    return error;
  };

  return async <T>(
    workspaceId: string,
    call: (confluence: ConfluenceApi, site: SiteRow) => Promise<T>,
  ): Promise<T> => {
    const site = await usable(workspaceId);
    try {
      const result = await call(inPlannedSpaces(confluence(site, { deadline: deadline() }), site), site);
      if (site.outages > 0 && (await sites.recovered(site, now())) && site.state === 'refused')
        await watch.recovered(site);
      return result;
    } catch (error) {
      throw await noted(site, error);
    }
  };
};

export type WithConfluence = ReturnType<typeof withConfluence>;
