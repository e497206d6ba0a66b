import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { openKeys } from '../../../local/keys.ts';

const SCRIPT = join(import.meta.dirname, '../../../local/token.ts');
const ASKED = ['--sub', 'auth0|owner', '--scope', 'features:read'];

const token = async (args: readonly string[]) => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'token-'));
  const { trust } = await openKeys(DATA_DIR);
  trust({ issuer: 'https://issuer.example', audience: 'audience' });
  const child = spawn(process.execPath, [SCRIPT, ...args], { env: { ...process.env, DATA_DIR } });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const [status, out, error] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { status, out, error };
};

test('npm run token prints a token with the given claims, and nothing else', async () => {
  const { status, out } = await token([...ASKED, '--expires-in', '60']);
  const { sub, scope, iat = 0, exp } = decodeJwt(out.trim());
  expect({ status, sub, scope, exp }).toEqual({
    status: 0,
    sub: 'auth0|owner',
    scope: 'features:read',
    exp: iat + 60,
  });
});

test.each([
  [['--expires-in=-5'], '--expires-in is "-5": it must be a whole number of seconds, 1 or more.'],
  [['--expires-in', '0'], '--expires-in is "0"'],
  [['--expires-in='], '--expires-in is ""'],
  [['--expires-in', '1.5'], '--expires-in is "1.5"'],
  [['--ttl', '60'], "Unknown option '--ttl'"],
  [['owner'], "Unexpected argument 'owner'"],
  [['--sub='], '--sub is missing.'],
])('npm run token explains what is wrong with %j and prints its usage', async (wrong, why) => {
  const { status, out, error } = await token([...ASKED, ...wrong]);
  expect([status, out]).toEqual([1, '']);
  expect(error).toContain(why);
  expect(error).toContain('\nUsage: npm run -s token -- --sub');
});

test('npm run token says that the scope is missing', async () => {
  expect((await token(['--sub', 'auth0|owner'])).error).toContain('--scope is missing.\nUsage:');
});
