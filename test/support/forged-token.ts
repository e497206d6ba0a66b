import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportSPKI, importJWK, type JWK, SignJWT } from 'jose';
import { SCOPES } from '../../testing/oauth-flow.ts';

export type Forged = {
  header?: object;
  claims?: object;
  key?: 'ours' | 'public PEM' | 'public PEM and a newline';
};

/** A valid token of a subject with all scopes, apart from what the last argument changes. */
export const forgedToken = async (
  dataDir: string,
  sub: string,
  { header = {}, claims = {}, key = 'ours' }: Forged,
): Promise<string> => {
  const { jwt, issuer, audience } = JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8')) as {
    jwt: JWK;
    issuer: string;
    audience: string;
  };
  const seconds = Math.floor(Date.now() / 1000);
  const all = { iss: issuer, aud: audience, sub, scope: SCOPES, iat: seconds, exp: seconds + 600 };
  const payload = new SignJWT({ ...all, ...claims });
  if (key === 'ours')
    return payload.setProtectedHeader({ alg: 'RS256', ...header }).sign(await importJWK(jwt, 'RS256'));
  const publicKey = createPublicKey({ key: jwt as never, format: 'jwk' });
  const pem = (await exportSPKI(publicKey as never)).trim();
  const secret = new TextEncoder().encode(key === 'public PEM' ? pem : `${pem}\n`);
  return payload.setProtectedHeader({ alg: 'HS256', ...header }).sign(secret);
};
