import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';

/** The keys of a data folder. They outlive a run, because its tokens and encrypted rows do too. */
type Keys = { kms: string; jwt: JWK; issuer?: string; audience?: string };

const fileIn = (dataDir: string) => join(dataDir, 'keys.json');

const readKeys = (dataDir: string): Keys | undefined => {
  if (!existsSync(fileIn(dataDir))) return undefined;
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8'));
  } catch {
    // New keys could not decrypt the existing rows.
    throw new Error(
      `${fileIn(dataDir)} cannot be read: put it back, or start with --fresh and lose the local data.`,
    );
  }
};

/** Replaces the file in one step, so a kill cannot leave a half-written one. */
const writeKeys = (dataDir: string, keys: Keys) => {
  const next = `${fileIn(dataDir)}.next`;
  writeFileSync(next, JSON.stringify(keys, null, 2), { mode: 0o600 });
  renameSync(next, fileIn(dataDir));
};

/** The keys of `dataDir`, which are generated at its first start. */
export const openKeys = async (dataDir: string) => {
  let keys = readKeys(dataDir);
  if (!keys) {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    keys = { kms: randomBytes(32).toString('base64'), jwt: await exportJWK(privateKey) };
    writeKeys(dataDir, keys);
  }
  const { kms, jwt } = keys;
  const { kty, n, e } = jwt;
  return {
    kms: Buffer.from(kms, 'base64'),
    /** Verifies what `signToken` signs. */
    jwtPublicKey: (await importJWK({ kty, n, e } as JWK, 'RS256')) as CryptoKey,
    /** Stores the issuer and audience of tokens, so that `npm run token` needs no template. */
    trust: ({ issuer, audience }: { issuer: string; audience: string }) =>
      writeKeys(dataDir, { kms, jwt, issuer, audience }),
  };
};

export type TokenClaims = { sub: string; scope: string; expiresInSeconds?: number };

/** A token that the gateway of a run in `dataDir` accepts. Throws if no run was ever started there. */
export const signToken = async (dataDir: string, { sub, scope, expiresInSeconds = 3600 }: TokenClaims) => {
  const { jwt, issuer, audience } = readKeys(dataDir) ?? {};
  if (!jwt || !issuer || !audience) {
    throw new Error(`No signing key in ${dataDir}: start the app first (npm start), with the same DATA_DIR.`);
  }
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ scope })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(sub)
    .setIssuedAt(now)
    .setExpirationTime(now + expiresInSeconds)
    .sign(await importJWK(jwt, 'RS256'));
};
