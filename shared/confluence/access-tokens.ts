import * as z from 'zod/mini';
import { BoundedMap } from '../bounded-map.ts';
import { jsonOrNothing } from '../json.ts';
import type { ConfluenceCredential } from './credential.ts';
import { ConfluenceError } from './errors.ts';
import { failureOf } from './failure.ts';
import { fetchText } from './fetch-text.ts';

/** What is taken off a token's life, so that it does not expire under way. */
const SPARE_MS = 60_000;
/** Atlassian's tokens live an hour. One that claims to live longer is still renewed after a day. */
const LONGEST_LIFE_MS = 24 * 3_600_000;
const KEPT_TOKENS = 1_000;

const TokenResponse = z.object({
  /** Anything else could not be sent in a header. */
  access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
  expires_in: z.number().check(z.positive()),
});
const ErrorResponse = z.object({ error: z.string().check(z.maxLength(100)) });

/** With an OAuth error, all of them mean that the credential is refused. */
const REFUSALS = [400, 401, 403];
/** What else the token server may say about a credential or the rate. Nothing of it is about a site. */
const TELLING = ['unauthorized', 'forbidden', 'rate_limited'];

type ClientCredentials = Extract<ConfluenceCredential, { type: 'client_credentials' }>;
type Wanted = {
  /** Who asks: a token is kept for an owner, and only for this very credential of it. */
  owner: string;
  /** What tells this credential of the owner from an earlier or later one. */
  version: string;
  credential: ClientCredentials;
  /** No fetch begins after it (epoch ms), and none lasts longer. */
  deadline?: number | undefined;
  /** A token that Confluence answered with 401, so only another one is of use. */
  refused?: string | undefined;
};
type Kept = { version: string; token: Promise<string>; value?: string; until: number };

/**
 * Access tokens for client credentials, fetched when needed: one fetch at a time for each credential in a process. They
 * are kept in memory for their life less a minute. Throws `ConfluenceError`, `unauthorized` if the credential is
 * refused.
 */
export const accessTokens = ({ authUrl, now }: { authUrl: string; now: () => number }) => {
  const kept = new BoundedMap<Kept>(KEPT_TOKENS);

  const request = async ({ credential: { clientId, clientSecret }, deadline }: Wanted) => {
    const body = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      audience: 'api.atlassian.com',
    };
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    };
    const { status, headers, text } = await fetchText(`${authUrl}/oauth/token`, init, { deadline, now });
    const answer = jsonOrNothing(text);
    const granted = TokenResponse.safeParse(answer);
    if (status === 200 && granted.success) return granted.data;
    const refused = ErrorResponse.safeParse(answer);
    const detail = { token: { status, error: refused.success ? refused.data.error : undefined } };
    if (REFUSALS.includes(status) && refused.success)
      throw new ConfluenceError({ is: 'unauthorized' }, detail);
    const failure = failureOf({ status, headers }, answer, now());
    const isKnown = TELLING.includes(failure.is);
    throw new ConfluenceError(isKnown ? failure : { is: 'unavailable' }, detail);
  };

  const fetchToken = (wanted: Wanted): Promise<string> => {
    const { owner, version } = wanted;
    const mine: Kept = { version, until: Number.POSITIVE_INFINITY, token: Promise.resolve('') };
    mine.token = (async () => {
      try {
        const begun = now();
        const { access_token, expires_in } = await request(wanted);
        mine.value = access_token;
        mine.until = begun + Math.min(expires_in * 1_000, LONGEST_LIFE_MS) - SPARE_MS;
        return access_token;
      } catch (error) {
        if (kept.get(owner) === mine) kept.delete(owner);
        throw error;
      }
    })();
    kept.set(owner, mine);
    return mine.token;
  };

  return async (wanted: Wanted): Promise<string> => {
    const held = kept.get(wanted.owner);
    const isOfThis = held?.version === wanted.version && held.until > now();
    const isRefused = wanted.refused !== undefined && held?.value === wanted.refused;
    return isOfThis && !isRefused ? held.token : fetchToken(wanted);
  };
};

export type AccessTokens = ReturnType<typeof accessTokens>;
