import * as z from 'zod';
import { count, Faults, requestFaultFields } from '../stand-in/faults.ts';
import { problemOf } from './storage-problem.ts';

/** Which requests a fault is limited to; any API request if all are absent. */
const common = {
  count,
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'DELETE']).optional(),
  /** A part of the path, such as `/pages/` or `/oauth/token`. */
  path: z.string().optional(),
  /** The id of a page in the path. */
  page: z.string().optional(),
  /** Waits before the request is carried out. */
  delayMs: z.int().min(0).max(120_000).default(0),
};

const Fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('5xx'), ...requestFaultFields['5xx'], ...common }),
  z.strictObject({ kind: z.literal('timeout-before'), ...requestFaultFields['timeout-before'], ...common }),
  z.strictObject({ kind: z.literal('timeout-after'), ...requestFaultFields['timeout-after'], ...common }),
  z.strictObject({
    kind: z.literal('rate-limit'),
    /** The seconds in `Retry-After`; null sends no such header. */
    retryAfter: z.int().min(0).nullable().default(5),
    /** Whether `Retry-After` is a date instead of seconds. */
    date: z.boolean().default(false),
    ...common,
  }),
  /** Ends the token that is sent, and refuses the request. */
  z.strictObject({ kind: z.literal('expired-token'), ...common }),
  z.strictObject({ kind: z.literal('scope'), ...common }),
  /** Somebody else's edit lands just before a PUT of a page: `append` is added to its body. */
  z.strictObject({
    kind: z.literal('conflict'),
    append: z
      .string()
      .refine((storage) => problemOf(storage) === undefined, 'it is not valid storage')
      .default('<p>Added by somebody else meanwhile.</p>'),
    ...common,
  }),
  /** A 409 in the shape of v1, as under load. The request is not carried out. */
  z.strictObject({ kind: z.literal('optimistic-lock'), ...common }),
  /** An HTML page instead of JSON. The request is not carried out. */
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).default(200), ...common }),
  /** The answer ends in the middle of its JSON. The request is carried out. */
  z.strictObject({ kind: z.literal('truncated'), ...common }),
  z.strictObject({ kind: z.literal('gone'), ...common }),
  /** The connection is cut at once. The request is not carried out. */
  z.strictObject({ kind: z.literal('drop-connection'), ...common }),
  /** A list answers each page's version before the newest. */
  z.strictObject({ kind: z.literal('stale-list'), ...common }),
  /** A list answers no rows, and a link to the next page of results. */
  z.strictObject({ kind: z.literal('empty-page'), ...common }),
  /** The request is only slow. */
  z.strictObject({ kind: z.literal('delay'), ...common }),
]);

/** What can be made to go wrong; the body of `POST /_local/faults`. */
export type Fault = z.infer<typeof Fault>;

const kinds = Fault.options.map((option) => option.shape.kind.value);

/** Reads the kind first, so that the error names the fields of that kind instead of all kinds. */
export const parseFault = (body: unknown): Fault => {
  z.looseObject({ kind: z.enum(kinds) }).parse(body);
  return Fault.parse(body);
};

/** What a fault is chosen by. */
interface Target {
  method: string;
  path: string;
  /** Whether the request asks for a list that has pages of results. */
  isList: boolean;
}

export class ConfluenceFaults extends Faults<Fault> {
  takeFor({ method, path, isList }: Target): Fault | undefined {
    return this.take(
      (fault): fault is Fault =>
        (fault.method === undefined || fault.method === method) &&
        (fault.path === undefined || path.includes(fault.path)) &&
        (fault.page === undefined || path.split('/').includes(fault.page)) &&
        (isList || (fault.kind !== 'stale-list' && fault.kind !== 'empty-page')) &&
        (fault.kind !== 'conflict' || (method === 'PUT' && /\/pages\/\d+$/.test(path))),
    );
  }
}
