import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../../stand-in/clock.ts';
import { type HttpRequest, type HttpResponse, json } from '../../stand-in/http.ts';
import type { Linear } from '../linear.ts';
import type { Operation } from '../store/store.ts';
import type { Application, AuthorizationCode, Grant, RefreshToken } from '../store/tables.ts';

const ACCESS_TOKEN_MS = 24 * HOUR_MS;
/** For this long, a used refresh token returns the same successors again, for clients that lost the answer. */
const REPLAY_MS = 30 * MINUTE_MS;

/** The error envelope of RFC 6749. */
export class OAuthError extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

export const answering = (act: () => HttpResponse): HttpResponse => {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return json(error.status, { error: error.error, error_description: error.message });
  }
};

/** Answers `POST /oauth/token`. */
export const tokenEndpoint = (linear: Linear, request: HttpRequest): HttpResponse =>
  answering(() => {
    const form = readForm(request);
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return exchangeCode(linear, request, form);
      case 'refresh_token':
        return refresh(linear, request, form);
      case 'client_credentials':
        throw new OAuthError('Error', 'Client does not support the client_credentials grant type');
      default:
        throw new OAuthError(
          'unsupported_grant_type',
          'grant_type must be authorization_code or refresh_token',
        );
    }
  });

export const readForm = ({ headers, body }: HttpRequest): URLSearchParams => {
  if (!headers['content-type']?.includes('application/x-www-form-urlencoded')) {
    throw new OAuthError('invalid_request', 'The content-type must be application/x-www-form-urlencoded');
  }
  return new URLSearchParams(body);
};

interface Client {
  application: Application;
  /** True if the request has no secret, which PKCE permits. */
  isPublic: boolean;
}

/** The application that sends the request, verified by its id and by its secret if it sends one. */
export const requireClient = (linear: Linear, request: HttpRequest, form: URLSearchParams): Client => {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString().split(':') : [];
  const id = basicId ?? form.get('client_id');
  const secret = basicSecret ?? form.get('client_secret');
  const application = [...linear.store.all('Application')].find(({ clientId }) => clientId === id);
  if (!application) throw new OAuthError('invalid_client', 'Unknown client_id', 401);
  if (secret && !isEqual(secret, application.clientSecret)) {
    throw new OAuthError('invalid_client', 'Wrong client_secret', 401);
  }
  return { application, isPublic: !secret };
};

const isEqual = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const invalidGrant = (description: string): OAuthError => new OAuthError('invalid_grant', description);

const exchangeCode = (linear: Linear, request: HttpRequest, form: URLSearchParams): HttpResponse => {
  const { application, isPublic } = requireClient(linear, request, form);
  const code = linear.store.get('AuthorizationCode', form.get('code') ?? '');
  if (!code || code.used || code.applicationId !== application.id)
    throw invalidGrant('The code is unknown or was used before');
  if (code.expiresAt <= linear.clock.now()) throw invalidGrant('The code has expired');
  if (code.redirectUri !== form.get('redirect_uri')) throw invalidGrant('redirect_uri does not match');
  requireVerifier(code, form.get('code_verifier'));
  if (isPublic && !code.codeChallenge)
    throw new OAuthError('invalid_client', 'client_secret is required', 401);
  return issueTokens(linear, { ...code, publicClient: isPublic }, [
    { set: 'AuthorizationCode', row: { ...code, used: true } },
  ]);
};

const requireVerifier = (
  { codeChallenge, codeChallengeMethod }: AuthorizationCode,
  verifier: string | null,
): void => {
  if (!codeChallenge) return;
  if (!verifier) throw invalidGrant('code_verifier is required');
  const challenge =
    codeChallengeMethod === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
  if (challenge !== codeChallenge) throw invalidGrant('code_verifier does not match the code_challenge');
};

const refresh = (linear: Linear, request: HttpRequest, form: URLSearchParams): HttpResponse => {
  const { application, isPublic } = requireClient(linear, request, form);
  const token = linear.store.get('RefreshToken', form.get('refresh_token') ?? '');
  if (!token || token.applicationId !== application.id)
    throw invalidGrant('The refresh token is unknown or revoked');
  if (isPublic && !token.publicClient)
    throw new OAuthError('invalid_client', 'client_secret is required', 401);
  const now = linear.clock.now();
  if (token.usedAt === null) return issueTokens(linear, token, [], token);
  const next = token.nextRefreshToken && linear.store.get('RefreshToken', token.nextRefreshToken);
  if (!next || now >= token.usedAt + REPLAY_MS) throw invalidGrant('The refresh token was used before');
  return tokenResponse(linear, next);
};

/** Writes a new pair of tokens and invalidates what it replaces, in one transaction. */
const issueTokens = (
  linear: Linear,
  grantOf: Grant & { publicClient: boolean },
  writes: Operation[],
  used?: RefreshToken,
): HttpResponse => {
  const { grantId, organizationId, applicationId, userId, scope, publicClient } = grantOf;
  const grant: Grant = { grantId, organizationId, applicationId, userId, scope };
  const now = linear.clock.now();
  const accessToken = `lin_oauth_${randomBytes(32).toString('hex')}`;
  const next: RefreshToken = {
    id: `lin_refresh_${randomBytes(32).toString('hex')}`,
    ...grant,
    publicClient,
    accessToken,
    usedAt: null,
    nextRefreshToken: null,
  };
  writes.push(
    { set: 'AccessToken', row: { id: accessToken, ...grant, expiresAt: now + ACCESS_TOKEN_MS } },
    { set: 'RefreshToken', row: next },
  );
  if (used) {
    writes.push({ set: 'RefreshToken', row: { ...used, usedAt: now, nextRefreshToken: next.id } });
    const isRevoked = linear.switches.values.previousAccessToken === 'revoked';
    if (isRevoked) writes.push({ delete: 'AccessToken', id: used.accessToken });
  }
  linear.store.commit(writes);
  return tokenResponse(linear, next);
};

const tokenResponse = (linear: Linear, { id, accessToken, scope }: RefreshToken): HttpResponse => {
  const expiresAt = linear.store.get('AccessToken', accessToken)?.expiresAt ?? 0;
  const body = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.ceil((expiresAt - linear.clock.now()) / 1000) - 1),
    scope: linear.switches.values.scopeResponse === 'array' ? scope : scope.join(' '),
    refresh_token: id,
  };
  return json(200, body, { 'cache-control': 'no-store' });
};
