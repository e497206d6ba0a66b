import { AppError } from '../errors.ts';
import { shortened } from '../fitting.ts';

/** How a request to Confluence failed, by what the caller has to do. */
export type ConfluenceFailure =
  /** Requests are refused until then (epoch ms): a rate limit, or an outage whose end Confluence knows. */
  | { is: 'rate_limited'; until: number }
  /** The credential is not accepted, not even with a fresh access token. */
  | { is: 'unauthorized' }
  /** The credential is accepted and lacks a scope for this request. The scopes of a credential never change. */
  | { is: 'scope' }
  | { is: 'forbidden' }
  /** There is no such thing, or the account may not see it. Confluence does not tell which. */
  | { is: 'not_found' }
  /** Neither the gateway nor the edge knows the site. */
  | { is: 'no_site' }
  /** Somebody else wrote first. `currentVersion` is a hint, if Confluence names it. */
  | { is: 'conflict'; message: string; currentVersion: number | undefined }
  /** Confluence refuses this request for good. */
  | { is: 'refused'; message: string }
  /** The answer is larger than we read. */
  | { is: 'too_large' }
  /** The answer is complete JSON of an unexpected form. The same request would answer the same. */
  | { is: 'unreadable' }
  /** Confluence is down, slow or answers nonsense. The same request may succeed later. A write may have been done. */
  | { is: 'unavailable' }
  /** No time is left in this run. It says nothing about Confluence. */
  | { is: 'out_of_time' };

/** A request to Confluence that failed. `detail` names Confluence's own id of the request, for its support. */
export class ConfluenceError extends AppError {
  readonly failure: ConfluenceFailure;

  constructor(failure: ConfluenceFailure, detail?: unknown) {
    const kind = failure.is === 'rate_limited' ? 'rate_limited' : 'upstream';
    super(kind, `A request to Confluence failed: ${failure.is}.`, { detail });
    this.name = 'ConfluenceError';
    this.failure = 'message' in failure ? { ...failure, message: shortened(failure.message) } : failure;
  }
}

/** Whether `error` is a failed request to Confluence, and one of these kinds. */
export const hasFailed = <Is extends ConfluenceFailure['is']>(
  error: unknown,
  ...kinds: readonly Is[]
): error is ConfluenceError & { failure: Extract<ConfluenceFailure, { is: Is }> } =>
  error instanceof ConfluenceError && (kinds as readonly string[]).includes(error.failure.is);
