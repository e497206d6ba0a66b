import * as z from 'zod/mini';
import { statuses } from '../../shared/domain/statuses.ts';
import { isSubject, SUBJECT_RULE } from '../../shared/domain/workspaces/subject.ts';

const text = (max: number) => z.string().check(z.minLength(1), z.maxLength(max));

/** As people see it is where it leads: no blanks, controls or marks that turn text around, and no user info. */
const isCleanUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && !/[\s\p{C}]/u.test(text) && !url.username && !url.password;
};
/** A name of something in Linear, whose names have no blanks around them. */
const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(100));

const run = { runId: text(200) };
const outcome = {
  ...run,
  summary: z.optional(text(10_000)),
  prUrl: z.optional(
    z
      .url({ protocol: /^https?$/ })
      .check(
        z.maxLength(2_000),
        z.refine(isCleanUrl, 'must be percent-encoded, and must not hold a user name or a password'),
      ),
  ),
  testResults: z.optional(text(10_000)),
};

/** `PATCH /features/{id}/status`. Outcomes alone say more than the run. */
export const StatusReport = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('pending'), ...run }),
  z.strictObject({ status: z.literal('in_progress'), ...run }),
  z.strictObject({ status: z.literal('passing'), ...outcome }),
  z.strictObject({
    status: z.literal('failing'),
    ...outcome,
    failedStep: z.optional(text(1_000)),
    error: z.optional(text(20_000)),
  }),
]);

/** The body of what takes no input. */
export const Nothing = z.strictObject({});

/** `POST /features/{id}/release`. */
export const Release = z.strictObject(run);

const page = {
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
  cursor: z.optional(z.string()),
};

export const PageQuery = z.strictObject(page);
export const ProjectsQuery = z.strictObject({ ...page, workspaceId: text(100) });
/** `PATCH /projects/{id}`: archived here, or no longer. */
export const ProjectChanges = z.strictObject({ status: z.enum(['active', 'archived']) });
export const FeaturesQuery = z.strictObject({
  ...page,
  status: z.optional(z.enum(statuses)),
  ready: z.optional(z.enum(['true', 'false'])),
  claimable: z.optional(z.enum(['true', 'false'])),
  /** `false` leaves out what no longer qualifies, which is listed otherwise. */
  withdrawn: z.optional(z.enum(['true', 'false'])),
});

const StatusMapInput = z.strictObject(
  Object.fromEntries(statuses.map((status) => [status, z.optional(z.nullable(name))])) as Record<
    (typeof statuses)[number],
    z.ZodMiniOptional<z.ZodMiniNullable<z.ZodMiniString>>
  >,
);

/** Linear answers the states of as many teams; a map of each stays far below what an item of a table holds. */
const MOST_TEAM_MAPS = 250;

/** `PATCH /workspaces/{id}`: what is named is changed, what is not stays. */
export const WorkspaceChanges = z.strictObject({
  settings: z.strictObject({
    triggerLabel: z.optional(name),
    dispatch: z.optional(z.enum(['push', 'pull'])),
    reconcileMinutes: z.optional(z.int().check(z.minimum(1), z.maximum(1_440))),
    leaseMinutes: z.optional(z.int().check(z.minimum(1), z.maximum(1_440))),
    dispatchMinutes: z.optional(z.int().check(z.minimum(1), z.maximum(1_440))),
    leaseExpiredComment: z.optional(z.boolean()),
    reopen: z.optional(z.boolean()),
    parents: z.optional(z.enum(['exclude', 'include'])),
    writeBackBatch: z.optional(z.int().check(z.minimum(1), z.maximum(25))),
    statusMap: z.optional(StatusMapInput),
    teamStatusMaps: z.optional(
      z
        .record(text(100), StatusMapInput)
        .check(
          z.refine((maps) => Object.keys(maps).length <= MOST_TEAM_MAPS, {
            error: `At most ${MOST_TEAM_MAPS} teams can have a map of their own.`,
          }),
        )
        // For the OpenAPI document, which shows no rule of `refine`.
        .register(z.globalRegistry, { maxProperties: MOST_TEAM_MAPS }),
    ),
  }),
});

const linearId = text(100);

/** `POST /features/from-linear`: names the issue; what it says is read from Linear. */
export const IssueToImport = z.strictObject({ projectId: text(100), linearIssueId: linearId });

/** The subject of a token, as it stands in a path. */
export const MemberSub = z.string().check(z.refine(isSubject, SUBJECT_RULE));

/** `PUT /workspaces/{id}/owner`: who owns it from now on. */
export const NewOwner = z.strictObject({ sub: MemberSub });
