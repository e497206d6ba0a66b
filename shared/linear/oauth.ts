import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { AppError } from '../errors.ts';
import { shortened } from '../fitting.ts';
import { InvalidGrant } from './errors.ts';

/** Linear documents a comma, but one report says that a space was needed. */
const SCOPE_SEPARATOR = ',';
const SCOPES = ['read', 'write'];

const TIMEOUT_MS = 10_000;
const LONGEST_REASON = 200;

const TokenResponse = z.object({
  access_token: z.string().check(z.minLength(1)),
  refresh_token: z.string().check(z.minLength(1)),
  expires_in: z.number(),
  /** A string, or a list for apps made before 2023-12-01. */
  scope: z.optional(z.union([z.string(), z.array(z.string())])),
});

const ErrorResponse = z.object({ error: z.string() });

export type LinearApp = { clientId: string; clientSecret: string };

/** The tokens of one connection. They are stored sealed only. */
export const TokenSet = z.object({ accessToken: z.string(), refreshToken: z.string(), scope: z.string() });
export type TokenSet = z.output<typeof TokenSet>;

/** A token set as Linear grants it. `expiresAt` is in epoch milliseconds. */
export type Grant = TokenSet & { expiresAt: number };

/** Linear's OAuth endpoints. Every call is aborted after 10 s; failures are `AppError`s of `upstream`. */
export const linearOauth = ({
  apiUrl,
  app,
  now,
}: {
  apiUrl: string;
  /** The application's credentials. `fresh` reads them again, because they may have been rotated. */
  app: (how?: { fresh: boolean }) => Promise<LinearApp>;
  now: () => number;
}) => {
  const send = async (
    path: string,
    fields: Record<string, string>,
    { clientId, clientSecret }: LinearApp,
  ): Promise<Response> => {
    const body = new URLSearchParams({ ...fields, client_id: clientId, client_secret: clientSecret });
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    return fetch(new URL(path, apiUrl), { method: 'POST', body, signal }).catch((error: unknown) => {
      throw new AppError('upstream', 'Linear could not be reached.', { detail: String(error) });
    });
  };

  /** A refused client secret may have been rotated, so it is read again, once. */
  const post = async (path: string, fields: Record<string, string>): Promise<Response> => {
    const response = await send(path, fields, await app());
    return response.status === 401 ? send(path, fields, await app({ fresh: true })) : response;
  };

  const grant = async (fields: Record<string, string>): Promise<Grant> => {
    const response = await post('/oauth/token', fields);
    const body: unknown = await response.json().catch(() => undefined);
    const granted = TokenResponse.safeParse(body);
    if (response.ok && granted.success) {
      const { access_token, refresh_token, expires_in, scope = '' } = granted.data;
      return {
        accessToken: access_token,
        refreshToken: refresh_token,
        scope: String(scope),
        expiresAt: now() + expires_in * 1000,
      };
    }
    const refused = ErrorResponse.safeParse(body);
    const reason = refused.success ? shortened(refused.data.error, LONGEST_REASON) : 'no OAuth answer';
    if (reason === 'invalid_grant') throw new InvalidGrant();
    throw new AppError('upstream', 'Linear did not grant a token.', {
      detail: { status: response.status, reason },
    });
  };

  return {
    /** The page where an admin approves the app for the whole workspace. `appUrl` is Linear's web application. */
    async authorizeUrl(
      appUrl: string,
      { state, redirectUri, verifier }: { state: string; redirectUri: string; verifier: string },
    ): Promise<string> {
      const url = new URL('/oauth/authorize', appUrl);
      url.search = new URLSearchParams({
        client_id: (await app()).clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: SCOPES.join(SCOPE_SEPARATOR),
        state,
        actor: 'app',
        prompt: 'consent',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
      }).toString();
      return url.toString();
    },

    /** Throws `InvalidGrant` if the code is used, expired, or of another verifier. */
    exchange({ code, redirectUri, verifier }: { code: string; redirectUri: string; verifier: string }) {
      return grant({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      });
    },

    /** The same refresh token may be sent again for 30 minutes; later it throws `InvalidGrant`. */
    refresh(refreshToken: string) {
      return grant({ grant_type: 'refresh_token', refresh_token: refreshToken });
    },

    /**
     * Revokes a refresh token and its grant. Linear answers 400 if it was already revoked, which counts as success.
     * Throws if a later attempt may succeed.
     */
    async revoke(refreshToken: string): Promise<void> {
      const { ok, status } = await post('/oauth/revoke', {
        token: refreshToken,
        token_type_hint: 'refresh_token',
      });
      if (!ok && status !== 400)
        throw new AppError('upstream', 'Linear did not revoke the grant.', { detail: { status } });
    },
  };
};

export type LinearOauth = ReturnType<typeof linearOauth>;
