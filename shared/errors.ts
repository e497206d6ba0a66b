const kinds = {
  invalid_input: { status: 400, retry: false, title: 'Invalid input' },
  unauthorized: { status: 401, retry: false, title: 'Unauthorized' },
  forbidden: { status: 403, retry: false, title: 'Forbidden' },
  not_found: { status: 404, retry: false, title: 'Not found' },
  conflict: { status: 409, retry: false, title: 'Conflict' },
  too_large: { status: 413, retry: false, title: 'Content too large' },
  unsupported_media: { status: 415, retry: false, title: 'Unsupported media type' },
  rate_limited: { status: 429, retry: true, title: 'Rate limited' },
  upstream: { status: 502, retry: true, title: 'Upstream failure' },
} as const satisfies Record<string, { status: number; retry: boolean; title: string }>;

type ErrorKind = keyof typeof kinds;

/** A field of the caller's input and what is wrong with it. */
export type FieldError = { field: string; message: string };

/**
 * Every failure we can name. `message` is safe to show to a caller; `detail` is logged and never returned.
 * Whatever is thrown and is not an `AppError` is a bug or an outage: an opaque 500.
 */
export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly detail: unknown;
  readonly fields: readonly FieldError[];

  constructor(
    kind: ErrorKind,
    message: string,
    more: { detail?: unknown; fields?: readonly FieldError[]; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.detail = more.detail;
    this.fields = more.fields ?? [];
  }

  get status(): number {
    return kinds[this.kind].status;
  }

  get title(): string {
    return kinds[this.kind].title;
  }

  get isRetryable(): boolean {
    return kinds[this.kind].retry;
  }
}

export const notFound = (what: string) =>
  new AppError('not_found', `There is no such ${what}, or you may not see it.`);
