import { expect, test } from 'vitest';
import { SiteToConnect } from '../../../lambdas/api/planning/site-schemas.ts';
import { AppError } from '../../../shared/errors.ts';
import { parseInput } from '../../../shared/parse.ts';

const machine = { type: 'client_credentials', clientId: 'id', clientSecret: 'secret' };
const site = (changes: object = {}) => ({
  siteUrl: 'https://acme.atlassian.net',
  auth: machine,
  spaces: ['PLAN'],
  ...changes,
});
const errorsOf = (body: unknown) => {
  try {
    parseInput(SiteToConnect, body, 'The site');
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.fields;
  }
};

test.each([
  ['credentials of a service account', site()],
  ['a token of a service account', site({ auth: { type: 'scoped_token', token: 'ATSTT3xFf=x-_y' } })],
  ['a token of a person', site({ auth: { type: 'scoped_token', email: 'ada@acme.example', token: 't' } })],
  ['a classic token', site({ auth: { type: 'classic_token', email: 'ada+x@acme.example', token: 't' } })],
  [
    'a personal space',
    site({ spaces: ['~712020:7bf4-a_b'], cloudId: '5f6b2a3e-0c8d-4f0e-9a55-3f1d7c2b8e10' }),
  ],
  ['as many spaces as there may be', site({ spaces: Array.from({ length: 100 }, (_, n) => `S${n}`) })],
])('%s can be connected', (_, body) => {
  expect(errorsOf(body)).toEqual([]);
});

test.each<[string, object, string]>([
  ['an unknown kind', site({ auth: { ...machine, type: 'oauth' } }), 'auth.type'],
  ['no kind', site({ auth: { clientId: 'id', clientSecret: 'secret' } }), 'auth.type'],
  ['a field of another kind', site({ auth: { ...machine, token: 't' } }), 'auth.token'],
  ['no secret', site({ auth: { type: 'client_credentials', clientId: 'id' } }), 'auth.clientSecret'],
  ['a classic token without its person', site({ auth: { type: 'classic_token', token: 't' } }), 'auth.email'],
  [
    'an address that is none',
    site({ auth: { type: 'classic_token', email: 'ada', token: 't' } }),
    'auth.email',
  ],
  [
    'an address that would end the name in Basic',
    site({ auth: { type: 'classic_token', email: 'a:b@acme.example', token: 't' } }),
    'auth.email',
  ],
  ['no spaces', site({ spaces: [] }), 'spaces'],
  ['too many spaces', site({ spaces: Array.from({ length: 101 }, (_, n) => `S${n}`) }), 'spaces'],
  ['two keys in one', site({ spaces: ['PLAN', 'A,B'] }), 'spaces.1'],
  ['a path as a key', site({ spaces: ['../x'] }), 'spaces.0'],
  ['a cloud id that would leave its place in the path', site({ cloudId: '../../other' }), 'cloudId'],
  ['another field', site({ more: true }), 'more'],
])('%s is refused where it stands', (_, body, field) => {
  expect(errorsOf(body).map((error) => error.field)).toEqual([field]);
});

test.each(['a b', 'a\nb', 'a\r\nX-Header: 1', 'a\u0000', '\u2028', 'pässword', ''])(
  'a secret that could not be sent in one header is refused, and not repeated: %j',
  (clientSecret) => {
    const [error] = errorsOf(site({ auth: { ...machine, clientSecret } }));
    expect(error?.field).toBe('auth.clientSecret');
    if (clientSecret) expect(error?.message).not.toContain(clientSecret);
  },
);

test('an unknown kind is answered with those that there are', () => {
  expect(errorsOf(site({ auth: { type: 'oauth' } }))[0]?.message).toContain(
    'client_credentials, scoped_token, classic_token',
  );
});

test('the longest secrets fit into one value that KMS seals', () => {
  const longest = {
    type: 'classic_token',
    email: `${'é'.repeat(300)}@acme.example`,
    token: '"'.repeat(1_500),
  };
  expect(errorsOf(site({ auth: longest }))).toEqual([]);
  expect(Buffer.byteLength(JSON.stringify(longest))).toBeLessThanOrEqual(4_096);
});
