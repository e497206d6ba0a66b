import { AppError } from '../errors.ts';
import { shortened } from '../fitting.ts';

/** How a request to Linear failed, by what the caller has to do. */
export type LinearFailure =
  | { is: 'rate_limited'; until: number }
  | { is: 'unauthorized' }
  /** Linear is down, slow or answers nonsense. The same request may succeed later. A mutation may have been applied. */
  | { is: 'unavailable' }
  /** Linear refuses this request for good. `path` is the alias at fault, if Linear names it. */
  | { is: 'refused'; message: string; path: string | undefined };

/** A GraphQL request to Linear that failed. */
export class LinearError extends AppError {
  readonly failure: LinearFailure;

  constructor(failure: LinearFailure, detail: unknown) {
    const kind = failure.is === 'rate_limited' ? 'rate_limited' : 'upstream';
    super(kind, `A request to Linear failed: ${failure.is}.`, { detail });
    this.name = 'LinearError';
    this.failure = failure.is === 'refused' ? { ...failure, message: shortened(failure.message) } : failure;
  }
}

/** Linear refuses a code or a refresh token for good, because it was used, was revoked or has expired. */
export class InvalidGrant extends AppError {
  constructor() {
    super('upstream', 'Linear no longer accepts this grant.');
    this.name = 'InvalidGrant';
  }
}
