import { AppError, shortened } from '../errors.ts';

/** What a request to Linear met, in words a caller acts on. */
export type LinearFailure =
  | { is: 'rate_limited'; until: number }
  | { is: 'unauthorized' }
  /** Linear is down, slow or confused: the same request may succeed later. A mutation may have been applied. */
  | { is: 'unavailable' }
  /** Linear refuses this very request, for ever. `path` is the alias at fault, where it says. */
  | { is: 'refused'; message: string; path: string | undefined };

/** A GraphQL request to Linear that did not do what it asked for. */
export class LinearError extends AppError {
  readonly failure: LinearFailure;

  constructor(failure: LinearFailure, detail: unknown) {
    const kind = failure.is === 'rate_limited' ? 'rate_limited' : 'upstream';
    super(kind, `A request to Linear failed: ${failure.is}.`, { detail });
    this.name = 'LinearError';
    this.failure = failure.is === 'refused' ? { ...failure, message: shortened(failure.message) } : failure;
  }
}

/** Linear refuses a code or a refresh token for good: it was used, revoked or has expired. */
export class InvalidGrant extends AppError {
  constructor() {
    super('upstream', 'Linear no longer accepts this grant.');
    this.name = 'InvalidGrant';
  }
}
