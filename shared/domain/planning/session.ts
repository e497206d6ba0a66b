import { type SiteProblem, siteProblems } from './site.ts';

/** Where the reading of a session's page stands. `ended` is for good, until the same page is planned again. */
export const sessionStatuses = ['pending', 'in_progress', 'completed', 'failed', 'paused', 'ended'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/** Why a page cannot be planned from, beside what keeps its site from being used (site.ts). */
const pageProblems = [
  'site_changed',
  'page_not_found',
  'page_trashed',
  'page_archived',
  'page_draft',
  'page_status',
  'malformed',
  'too_large',
  'no_plan_any_more',
  'fault',
] as const;

export const reasonCodes = [...(Object.keys(siteProblems) as SiteProblem[]), ...pageProblems];
type ReasonCode = SiteProblem | (typeof pageProblems)[number];

/** What keeps a session from reading its page, in a sentence, and what would mend it in another. */
export type Reason = { code: ReasonCode; message: string; mend: string };

/** What passes by itself. Everything else is tried again too, but only somebody's edit or setting mends it. */
const passing: readonly ReasonCode[] = ['unavailable', 'site_paused', 'fault'];
/** The session waits for the site of its page. */
const waiting: readonly ReasonCode[] = ['site_paused', 'site_missing', 'site_changed'];

/** The status of a session whose page could not be read. */
export const statusOf = ({ code }: Reason): SessionStatus => (waiting.includes(code) ? 'paused' : 'failed');

/** What another site, credential or list of spaces may mend. */
const ofTheSite = new Set<ReasonCode>([
  ...(Object.keys(siteProblems) as SiteProblem[]),
  'site_changed',
  'page_not_found',
]);
export const waitsForSite = ({ reason }: { reason?: Reason | undefined }): boolean =>
  reason !== undefined && ofTheSite.has(reason.code);

const MINUTE_MS = 60_000;

/**
 * How long until a page that could not be read is tried again, in ms. `tries` counts the failures in a row. An outage
 * is tried often at first; what a person has to mend, every five minutes and in the end every hour.
 */
export const againAfterMs = (reason: Reason, tries: number): number => {
  const [first, most] = passing.includes(reason.code)
    ? [MINUTE_MS, 15 * MINUTE_MS]
    : [5 * MINUTE_MS, 60 * MINUTE_MS];
  return Math.min(first * 2 ** Math.min(tries - 1, 10), most);
};

/** A reading that has saved nothing for this long counts as dead, and the tick starts another. */
export const READING_ALIVE_MS = 90_000;

/** What people change about a session; `null` takes it back. An absent part stays as it is. */
export type SessionChanges = {
  title?: string | null | undefined;
  teamId?: string | null | undefined;
  /** The page is a plan, whatever its headings are typical of. */
  despiteVeto?: boolean | undefined;
};

/** Whether a change makes the page of a session read otherwise. */
export const isReadOtherwise = (
  before: Pick<SessionChanges, 'despiteVeto'>,
  { despiteVeto }: SessionChanges,
): boolean => despiteVeto !== undefined && despiteVeto !== (before.despiteVeto ?? false);
