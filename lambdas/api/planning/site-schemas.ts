import * as z from 'zod/mini';
import {
  credentialTypes,
  type SiteProblem,
  siteProblems,
  siteStates,
} from '../../../shared/domain/planning/site.ts';
import { record, text, time } from '../fields.ts';

const MOST_SPACES = 100;

const ONE_LINE = 'It has to be one line of letters, digits and signs, without blanks, as Atlassian shows it.';
const EMAIL = 'It has to be the e-mail address of the account that the token belongs to.';
/** A line break would end the header that a secret is sent in. */
const secret = text(1_500).check(z.refine((value) => /^[\x21-\x7e]+$/.test(value), ONE_LINE));
/** A colon would end the name in Basic authentication. */
const email = text(320).check(z.refine((value) => /^[^\s:@\p{Cc}]+@[^\s:@\p{Cc}]+$/u.test(value), EMAIL));

const Auth = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('client_credentials'), clientId: secret, clientSecret: secret }),
    z.strictObject({ type: z.literal('scoped_token'), email: z.optional(email), token: secret }),
    z.strictObject({ type: z.literal('classic_token'), email, token: secret }),
  ],
  { error: `\`type\` has to be one of: ${credentialTypes.join(', ')}.` },
);

const KEY = 'It has to be the key of a space, as in /wiki/spaces/‹key›.';
const spaceKey = text(255).check(z.refine((key) => /^[^\s,/\p{Cc}]+$/u.test(key), KEY));

/** `PUT /workspaces/{id}/confluence`. */
export const SiteToConnect = z.strictObject({
  siteUrl: text(500),
  cloudId: z.optional(text(64).check(z.refine((id) => /^[A-Za-z0-9-]+$/.test(id), 'It has to be a UUID.'))),
  auth: Auth,
  spaces: z.array(spaceKey).check(z.minLength(1), z.maxLength(MOST_SPACES)),
});

const ConfluenceSite = z.object({
  siteUrl: z.string(),
  cloudId: z.string(),
  authType: z.enum(credentialTypes),
  account: z.optional(z.object({ id: z.string(), name: z.string() })),
  spaces: z.array(z.object({ id: z.string(), key: z.string(), name: z.string() })),
  state: z.enum(siteStates),
  /** Why it is refused: what is wrong, and what would mend it. */
  reason: z.optional(
    z.object({
      code: z.enum(Object.keys(siteProblems) as [SiteProblem, ...SiteProblem[]]),
      message: z.string(),
      mend: z.string(),
    }),
  ),
  /** Until then no request is sent, because Confluence limits their rate or failed several times. */
  pausedUntil: z.optional(time),
  ...record,
});

export const siteBodies = { SiteToConnect };
export const siteAnswers = { ConfluenceSite };
export type ConfluenceSite = z.input<typeof ConfluenceSite>;
