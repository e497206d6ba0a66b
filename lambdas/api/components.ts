import * as z from 'zod/mini';
import { featureAnswers, featureBodies } from './features/schemas.ts';
import { time } from './fields.ts';
import { cachedIssueAnswers } from './mirror/cached-issue.ts';
import { projectAnswers, projectBodies } from './mirror/schemas.ts';
import { itemAnswers, itemBodies } from './planning/item-schemas.ts';
import { sessionAnswers, sessionBodies } from './planning/session-schemas.ts';
import { siteAnswers, siteBodies } from './planning/site-schemas.ts';
import { workspaceAnswers, workspaceBodies } from './workspaces/schemas.ts';

/** Our own errors: RFC 9457. */
const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
});

/** What callers send, by the names of the schemas in the OpenAPI document. */
export const bodies = {
  ...workspaceBodies,
  ...projectBodies,
  ...featureBodies,
  ...siteBodies,
  ...sessionBodies,
  ...itemBodies,
};

/** What is answered, by the names of the schemas in the OpenAPI document. */
export const answers = {
  Health: z.object({ status: z.literal('ok') }),
  Document: z.looseObject({ openapi: z.string() }),
  ConnectLink: z.object({ url: z.url(), expiresAt: time }),
  WebhookOutcome: z.object({ outcome: z.string() }),
  ...workspaceAnswers,
  ...projectAnswers,
  ...featureAnswers,
  ...siteAnswers,
  ...sessionAnswers,
  ...itemAnswers,
  ...cachedIssueAnswers,
  Problem,
  /** What API Gateway itself answers before our code runs. */
  GatewayError: z.object({ message: z.nullable(z.string()) }),
};
