import { parseArgs } from 'node:util';
import { signToken, type TokenClaims } from './keys.ts';
import { dataDirOf, fail } from './settings.ts';

const USAGE = `Usage: npm run -s token -- --sub 'auth0|owner' --scope 'features:read features:write' [--expires-in 3600]`;

const claims = (): TokenClaims => {
  try {
    const options = {
      sub: { type: 'string' },
      scope: { type: 'string' },
      'expires-in': { type: 'string', default: '3600' },
    } as const;
    const { sub, scope, 'expires-in': expiresIn } = parseArgs({ options }).values;
    if (!sub || scope === undefined) throw new Error(`--${sub ? 'scope' : 'sub'} is missing.`);
    if (!/^[1-9]\d{0,9}$/.test(expiresIn))
      throw new Error(`--expires-in is "${expiresIn}": it must be a whole number of seconds, 1 or more.`);
    return { sub, scope, expiresInSeconds: Number(expiresIn) };
  } catch (error) {
    return fail(`${(error as Error).message}\n${USAGE}`);
  }
};

try {
  console.log(await signToken(dataDirOf(process.env), claims()));
} catch (error) {
  fail(error);
}
