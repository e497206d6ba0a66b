import * as z from 'zod/mini';
import { statuses } from '../../shared/domain/statuses.ts';
import { isSubject, SUBJECT_RULE } from '../../shared/domain/workspaces/subject.ts';
import { text } from './fields.ts';
import { SettingsInput } from './workspaces/settings.ts';

/** As people see it is where it leads: no blanks, controls or marks that turn text around, and no user info. */
const isCleanUrl = (text: string): boolean => {
  const url = URL.parse(text);
  return url !== null && !/[\s\p{C}]/u.test(text) && !url.username && !url.password;
};

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

/** `PATCH /workspaces/{id}`: what is named is changed, what is not stays. */
export const WorkspaceChanges = z.strictObject({
  settings: SettingsInput,
});

const linearId = text(100);

/** `POST /features/from-linear`: names the issue; what it says is read from Linear. */
export const IssueToImport = z.strictObject({ projectId: text(100), linearIssueId: linearId });

/** The subject of a token, as it stands in a path. */
export const MemberSub = z.string().check(z.refine(isSubject, SUBJECT_RULE));

/** `PUT /workspaces/{id}/owner`: who owns it from now on. */
export const NewOwner = z.strictObject({ sub: MemberSub });
