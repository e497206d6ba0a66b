import { parseArgs } from 'node:util';
import { signToken } from './keys.ts';
import { dataDirOf, fail } from './settings.ts';

const USAGE = `Usage: npm run -s token -- --sub 'auth0|owner' --scope 'features:read features:write' [--expires-in 3600]`;

try {
  const { values } = parseArgs({
    options: { sub: { type: 'string' }, scope: { type: 'string' }, 'expires-in': { type: 'string' } },
  });
  const { sub, scope, 'expires-in': expiresIn = '3600' } = values;
  const expiresInSeconds = Number(expiresIn);
  if (!sub || scope === undefined) throw new Error(USAGE);
  if (!Number.isInteger(expiresInSeconds)) throw new Error(`--expires-in is in whole seconds. ${USAGE}`);
  console.log(await signToken(dataDirOf(process.env), { sub, scope, expiresInSeconds }));
} catch (error) {
  fail(error);
}
