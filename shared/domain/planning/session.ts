/** Where the reading of a session's page stands. `ended` is for good, until the same page is planned again. */
export const sessionStatuses = ['pending', 'in_progress', 'completed', 'failed', 'paused', 'ended'] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

/**
 * Why a page could not be read. A session whose reason is among the first passes by itself; one of the others is tried
 * again too, but only somebody's edit or setting mends it.
 */
export const passingReasons = ['unavailable', 'site_paused'] as const;
export const reasonCodes = [
  ...passingReasons,
  'site_missing',
  'site_changed',
  'credential_refused',
  'scope_missing',
  'page_not_found',
  'page_trashed',
  'page_archived',
  'page_draft',
  'page_status',
  'space_not_allowed',
  'malformed',
  'too_large',
  'no_plan_any_more',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

/** What keeps a session from reading its page: in a sentence, with what would mend it in another. */
export type Reason = { code: ReasonCode; message: string; mend: string };

/** The status of a session that could not be read. It waits for its site, or has failed. */
export const statusOf = ({ code }: Reason): SessionStatus =>
  code === 'site_paused' || code === 'site_missing' || code === 'site_changed' ? 'paused' : 'failed';

const isPassing = ({ code }: Reason): boolean => passingReasons.some((passing) => passing === code);

const MINUTE_MS = 60_000;

/**
 * How long until a page that could not be read is tried again, in ms. `tries` counts the failures in a row. An outage
 * is tried often at first; what a person has to mend, every five minutes and in the end every hour.
 */
export const againAfterMs = (reason: Reason, tries: number): number => {
  const [first, most] = isPassing(reason) ? [MINUTE_MS, 15 * MINUTE_MS] : [5 * MINUTE_MS, 60 * MINUTE_MS];
  return Math.min(first * 2 ** Math.min(tries - 1, 10), most);
};

/** A reading that has saved nothing for this long counts as dead, and the tick starts another. */
export const READING_ALIVE_MS = 90_000;
