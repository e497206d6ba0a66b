import * as z from 'zod/mini';

const secret = z.string().check(z.minLength(1));

/** What a site is called with, as it is sealed. It never leaves the process that opened it except to Atlassian. */
export const ConfluenceCredential = z.discriminatedUnion('type', [
  /** OAuth 2.0 client credentials of a service account, through the gateway. */
  z.object({ type: z.literal('client_credentials'), clientId: secret, clientSecret: secret }),
  /** An API token with scopes, through the gateway. A service account's needs no e-mail address. */
  z.object({ type: z.literal('scoped_token'), email: z.optional(secret), token: secret }),
  /** An API token without scopes, on the site itself. */
  z.object({ type: z.literal('classic_token'), email: secret, token: secret }),
]);
export type ConfluenceCredential = z.output<typeof ConfluenceCredential>;

/** The `authorization` header of a credential that is itself the token. */
export const headerOf = ({
  email,
  token,
}: Exclude<ConfluenceCredential, { type: 'client_credentials' }>): string =>
  email === undefined
    ? `Bearer ${token}`
    : `Basic ${Buffer.from(`${email}:${token}`, 'utf8').toString('base64')}`;
