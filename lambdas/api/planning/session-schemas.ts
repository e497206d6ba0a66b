import * as z from 'zod/mini';
import { reasonCodes, sessionStatuses } from '../../../shared/domain/planning/session.ts';
import { listOf, record, text, time } from '../fields.ts';

/** `POST /workspaces/{id}/planning-sessions`. */
export const SessionToCreate = z.strictObject({
  confluencePageUrl: text(4_000),
  projectId: text(100),
  teamId: z.optional(text(100)),
  title: z.optional(text(255)),
});

/** `PATCH /planning-sessions/{id}`. */
export const SessionChanges = z
  .strictObject({
    /** `null`: the title of the page. */
    title: z.optional(z.nullable(text(255))),
    /** One of the project's teams in Linear. `null`: none, or the only one. */
    teamId: z.optional(z.nullable(text(100))),
    /** Whether the page is read as a plan even if its headings are typical of another kind of page. */
    despiteVeto: z.optional(z.boolean()),
  })
  .check(
    z.refine(
      (changes) => Object.keys(changes).length > 0,
      'Send at least one of `title`, `teamId` and `despiteVeto`.',
    ),
  );

const counts = z.record(z.string(), z.number());

const PlanningSession = z.object({
  id: z.string(),
  workspaceId: z.string(),
  projectId: z.string(),
  /** The Linear team of new issues; absent while the project has several and none was chosen. */
  teamId: z.optional(z.string()),
  title: z.string(),
  confluencePageId: z.string(),
  confluencePageTitle: z.string(),
  /** The page's path below the site's `/wiki`. */
  confluencePagePath: z.string(),
  status: z.enum(sessionStatuses),
  /** Of the reading that is under way, in percent. */
  progress: z.number(),
  /** Why the page could not be read: what is wrong, and what would mend it. */
  reason: z.optional(z.object({ code: z.enum(reasonCodes), message: z.string(), mend: z.string() })),
  /** When the page is read next. */
  nextReadingAt: z.optional(time),
  /** The version of the page that the items show. */
  readVersion: z.optional(z.number()),
  readAt: z.optional(time),
  /** Whether the page is a plan; `GET …/coverage` says why not. */
  outcome: z.optional(z.enum(['plan', 'not_a_plan'])),
  /** Whether the page is read as a plan even if its headings are typical of another kind of page. */
  despiteVeto: z.boolean(),
  /** Items by level, of enablers (`enabler`) and by state, and `warnings`. */
  counts,
  createdBy: z.string(),
  endedAt: z.optional(time),
  ...record,
});

const Coverage = z.object({
  readVersion: z.number(),
  outcome: z.enum(['plan', 'not_a_plan']),
  /** Why the page is no plan, and how many of its blocks looked like items. */
  seen: z.optional(z.object({ reason: z.string(), candidates: z.number() })),
  pageProps: z.record(z.string(), z.string()),
  /** What each block of the page became. `blocks` is the sum of the other five. */
  coverage: z.object({
    blocks: z.number(),
    item: z.number(),
    field: z.number(),
    context: z.number(),
    ignored: z.number(),
    unread: z.number(),
  }),
  ignored: z.array(z.object({ reason: z.string(), quote: z.string() })),
  unread: z.array(z.object({ reason: z.string(), target: z.string() })),
  /** Those about the page; those about an item are on the item. */
  warnings: z.array(z.looseObject({ code: z.string() })),
  /** Only on very large pages: how many more there are of each. */
  notListed: z.optional(z.object({ ignored: z.number(), unread: z.number(), warnings: z.number() })),
});

export const sessionBodies = { SessionToCreate, SessionChanges };
export const sessionAnswers = {
  PlanningSession,
  PlanningSessionList: listOf(PlanningSession),
  PlanCoverage: Coverage,
};
export type PlanningSession = z.input<typeof PlanningSession>;
export type PlanCoverage = z.input<typeof Coverage>;
