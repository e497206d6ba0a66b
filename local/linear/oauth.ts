import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from './clock.ts';
import { type HttpRequest, type HttpResponse, json } from './http.ts';
import { uninstall } from './installations.ts';
import type { Linear } from './linear.ts';
import type { AuthorizationCode, RefreshToken } from './model.ts';
import type { Operation } from './store.ts';

const ACCESS_TOKEN_MS = 24 * HOUR_MS;
/** A used refresh token gives out the same successors again for this long, for clients that lost the answer. */
const REPLAY_MS = 30 * MINUTE_MS;

/** The error envelope of RFC 6749. */
class OAuthError extends Error {
  readonly error: string;
  readonly status: number;

  constructor(error: string, description: string, status = 400) {
    super(description);
    this.error = error;
    this.status = status;
  }
}

const answering = (act: () => HttpResponse): HttpResponse => {
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

/** Answers `POST /oauth/revoke`: with the token goes the application's access to that organization. */
export const revokeEndpoint = (linear: Linear, request: HttpRequest): HttpResponse =>
  answering(() => {
    const form = readForm(request);
    const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = form.get('token') ?? form.get('access_token') ?? form.get('refresh_token') ?? bearer;
    if (!token) throw new OAuthError('invalid_request', 'token is required', 401);
    const grant = linear.store.get('AccessToken', token) ?? linear.store.get('RefreshToken', token);
    if (!grant) throw new OAuthError('invalid_request', 'The token is unknown or already revoked');
    uninstall(linear.store, grant.organizationId);
    return json(200, { success: true });
  });

const readForm = ({ headers, body }: HttpRequest): URLSearchParams => {
  if (!headers['content-type']?.includes('application/x-www-form-urlencoded')) {
    throw new OAuthError('invalid_request', 'The content-type must be application/x-www-form-urlencoded');
  }
  return new URLSearchParams(body);
};

/** Checks the client's id and secret; tells whether it came without a secret, which PKCE allows. */
const requireClient = (
  linear: Linear,
  request: HttpRequest,
  form: URLSearchParams,
): { isPublic: boolean } => {
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic ? Buffer.from(basic, 'base64').toString().split(':') : [];
  const id = basicId ?? form.get('client_id');
  const secret = basicSecret ?? form.get('client_secret');
  const { clientId, clientSecret } = linear.application;
  if (id !== clientId) throw new OAuthError('invalid_client', 'Unknown client_id', 401);
  if (secret && !isEqual(secret, clientSecret))
    throw new OAuthError('invalid_client', 'Wrong client_secret', 401);
  return { isPublic: !secret };
};

const isEqual = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

const invalidGrant = (description: string): OAuthError => new OAuthError('invalid_grant', description);

const exchangeCode = (linear: Linear, request: HttpRequest, form: URLSearchParams): HttpResponse => {
  const { isPublic } = requireClient(linear, request, form);
  const code = linear.store.get('AuthorizationCode', form.get('code') ?? '');
  if (!code || code.used) throw invalidGrant('The code is unknown or was used before');
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
  const { isPublic } = requireClient(linear, request, form);
  const token = linear.store.get('RefreshToken', form.get('refresh_token') ?? '');
  if (!token) throw invalidGrant('The refresh token is unknown or revoked');
  if (isPublic && !token.publicClient)
    throw new OAuthError('invalid_client', 'client_secret is required', 401);
  const now = linear.clock.now();
  if (token.usedAt === null) return issueTokens(linear, token, [], token);
  const next = token.nextRefreshToken && linear.store.get('RefreshToken', token.nextRefreshToken);
  if (!next || now >= token.usedAt + REPLAY_MS) throw invalidGrant('The refresh token was used before');
  return tokenResponse(linear, next);
};

type Grant = Pick<RefreshToken, 'organizationId' | 'userId' | 'scope' | 'publicClient'>;

/** A new pair of tokens, and what it replaces, in one write. */
const issueTokens = (
  linear: Linear,
  grant: Grant,
  writes: Operation[],
  used?: RefreshToken,
): HttpResponse => {
  const { organizationId, userId, scope, publicClient } = grant;
  const now = linear.clock.now();
  const accessToken = `lin_oauth_${randomBytes(32).toString('hex')}`;
  const next: RefreshToken = {
    id: `lin_refresh_${randomBytes(32).toString('hex')}`,
    organizationId,
    userId,
    scope,
    publicClient,
    accessToken,
    usedAt: null,
    nextRefreshToken: null,
  };
  linear.store.commit([
    ...writes,
    {
      set: 'AccessToken',
      row: { id: accessToken, organizationId, userId, scope, expiresAt: now + ACCESS_TOKEN_MS },
    },
    { set: 'RefreshToken', row: next },
    ...(used
      ? [{ set: 'RefreshToken' as const, row: { ...used, usedAt: now, nextRefreshToken: next.id } }]
      : []),
  ]);
  return tokenResponse(linear, next);
};

const tokenResponse = (linear: Linear, { id, accessToken, scope }: RefreshToken): HttpResponse => {
  const expiresAt = linear.store.get('AccessToken', accessToken)?.expiresAt ?? 0;
  const body = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: Math.max(0, Math.ceil((expiresAt - linear.clock.now()) / 1000) - 1),
    scope: scope.join(' '),
    refresh_token: id,
  };
  return json(200, body, { 'cache-control': 'no-store' });
};
