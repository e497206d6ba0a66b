import type { IncomingHttpHeaders } from 'node:http';
import { type CryptoKey, errors, type JWTPayload, jwtVerify } from 'jose';

export type AuthorizerProperties = { JwtConfiguration: { Issuer: string; Audience: string[] } };

export type Authorized = { claims: Record<string, string>; scopes: string[] };
export type Refused = { status: 401 | 403; challenge: string };

/**
 * API Gateway's JWT authorizer: it checks signature (RSA only), issuer, audience, times, and one of the route's scopes.
 * Unlike API Gateway it uses a local key instead of the issuer's.
 */
export const createAuthorizer =
  ({ JwtConfiguration: { Issuer, Audience } }: AuthorizerProperties, key: CryptoKey) =>
  async (headers: IncomingHttpHeaders, routeScopes: readonly string[]): Promise<Authorized | Refused> => {
    const token = headers.authorization?.replace(/^Bearer /i, '');
    if (!token) return { status: 401, challenge: 'Bearer' };
    let payload: JWTPayload;
    try {
      const options = {
        issuer: Issuer,
        algorithms: ['RS256', 'RS384', 'RS512'],
        requiredClaims: ['exp', 'iss'],
      };
      ({ payload } = await jwtVerify(token, key, options));
      if (!meantFor(payload, Audience)) throw new errors.JWTInvalid('invalid audience');
      if (payload.iat !== undefined && payload.iat * 1000 > Date.now())
        throw new errors.JWTInvalid('issued later');
    } catch (error) {
      const why = error instanceof errors.JWTExpired ? 'the token has expired' : 'the token is not valid';
      return { status: 401, challenge: `Bearer scope="" error="invalid_token" error_description="${why}"` };
    }

    const carried = scopesOf(payload);
    const scopes = routeScopes.filter((scope) => carried.includes(scope));
    if (routeScopes.length > 0 && scopes.length === 0) {
      return { status: 403, challenge: `Bearer scope="${routeScopes.join(' ')}" error="insufficient_scope"` };
    }
    return {
      claims: Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, claim(value)])),
      scopes,
    };
  };

/** API Gateway checks `client_id` instead of the audience only if the token has no audience. */
const meantFor = ({ aud, client_id }: JWTPayload, audience: readonly string[]) =>
  [aud ?? (client_id as string | undefined)]
    .flat()
    .some((each) => each !== undefined && audience.includes(each));

const scopesOf = ({ scope, scp }: JWTPayload): string[] => {
  const value = scope ?? scp;
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? value.split(' ') : [];
};

/** API Gateway passes claims to the function as text. */
const claim = (value: unknown) => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
