import { fitting, shortened } from './fitting.ts';

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

/** Limits that keep a problem answer below 50 kB. */
const MOST_FIELDS = 50;
/** Bytes of `errors` as JSON, in which a character takes up to six bytes. */
const MOST_FIELD_BYTES = 40_000;
const LONGEST_FIELD = 150;
const LONGEST_FIELD_MESSAGE = 700;
const MOST_LISTED = 20;
const LONGEST_LISTED = 100;

/** A sorted list of names for a message: the first ones, and how many more there are. */
export const enumerated = (names: Iterable<string>): string => {
  const all = [...new Set(names)].sort();
  const listed = all.slice(0, MOST_LISTED).map((name) => shortened(name, LONGEST_LISTED));
  const more = all.length - listed.length;
  return shortened(more > 0 ? `${listed.join(', ')}, … and ${more} more` : listed.join(', ') || 'none');
};

/** The first field errors, within the limits, and how many more there are. */
export const bounded = (fields: readonly FieldError[]): FieldError[] => {
  const first = fields.slice(0, MOST_FIELDS).map(({ field, message }) => ({
    field: shortened(field, LONGEST_FIELD),
    message: shortened(message, LONGEST_FIELD_MESSAGE),
  }));
  const named = fitting(first, { most: MOST_FIELDS, bytes: MOST_FIELD_BYTES });
  const more = fields.length - named.length;
  return more > 0 ? [...named, { field: '', message: `And ${more} more.` }] : named;
};

/**
 * Every failure we can name. `message` is for the caller. It may repeat what was sent, so the log of a failed request
 * leaves it out. `detail` is logged and never returned, so it contains nothing from the request and no text from
 * Linear. Anything else that is thrown is a bug or an outage, and answers an opaque 500.
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
    super(shortened(message), { cause: more.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.detail = more.detail;
    this.fields = bounded(more.fields ?? []);
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
