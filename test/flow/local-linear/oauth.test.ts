import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  errorOf,
  type Harness,
  invalidGrant,
  MINUTE_MS,
  REDIRECT_URI,
  startHarness,
} from '../../support/local-linear/harness.ts';

let h: Harness;

beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());

test('consent, code and PKCE verifier give a token for the organization’s app user', async () => {
  const callback = await h.decide('approve');
  expect(callback.get('state')).toBe('the state');
  const code = callback.get('code');
  const { status, body } = await h.exchange(code);
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', scope: 'read write', expires_in: 86_399 });
  const viewer = await h.clientOf(body.access_token).viewer;
  expect(viewer.app).toBe(true);
  expect(viewer.email).toMatch(/^[0-9a-f-]{36}@oauthapp\.linear\.app$/);
  expect(await h.exchange(code)).toMatchObject(invalidGrant);
});

test('a wrong verifier, no verifier, an expired code and a denial give no token', async () => {
  const code = (await h.decide('approve')).get('code');
  expect(await h.exchange(code, 'wrong')).toMatchObject(invalidGrant);
  expect(await h.exchange(code, '')).toMatchObject(invalidGrant);
  const elsewhere = { grant_type: 'authorization_code', code: code ?? '', redirect_uri: `${REDIRECT_URI}/` };
  const misled = await h.token({ ...elsewhere, code_verifier: h.verifier });
  expect(misled.body.error_description).toContain('redirect_uri');
  await h.local('clock', { advanceMs: 10 * MINUTE_MS });
  expect(await h.exchange(code)).toMatchObject(invalidGrant);
  const denied = await h.decide('deny');
  expect(denied.get('error')).toBe('access_denied');
  expect(denied.get('state')).toBe('the state');
});

test('a redirect_uri is compared exactly, and a wrong one or an unknown client gets no redirect', async () => {
  for (const redirect_uri of [`${REDIRECT_URI}/`, REDIRECT_URI.replace('http:', 'https:'), '', null]) {
    const refused = await h.authorize({ redirect_uri });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('Invalid redirect_uri parameter for the application');
  }
  expect((await h.authorize({ client_id: 'nobody' })).status).toBe(400);
});

test('an invalid authorization request redirects back with an error', async () => {
  const errors = await Promise.all(
    [
      { response_type: 'token' },
      { scope: '' },
      { scope: 'read,everything' },
      { scope: 'read,admin' },
      { actor: 'robot' },
      { actor: 'user', scope: 'read,app:assignable' },
      { code_challenge_method: 'S1' },
    ].map(async (changes) => errorOf(await h.authorize(changes))),
  );
  expect(errors).toEqual([
    'unsupported_response_type',
    'invalid_scope',
    'invalid_scope',
    'invalid_scope',
    'invalid_request',
    'invalid_scope',
    'invalid_request',
  ]);
});

test('actor=user gives a token for the person who consents', async () => {
  const { access_token } = await h.connect({ actor: 'user' });
  expect(await h.clientOf(access_token).viewer).toMatchObject({ name: 'Ana Silva', app: false });
});

test('an installed app gets no second consent page without prompt=consent', async () => {
  await h.connect();
  expect(errorOf(await h.authorize({ prompt: null }))).toBe('access_denied');
  expect((await h.authorize()).status).toBe(200);
  await h.switchTo({ reauthorize: 'page' });
  const page = await h.authorize({ prompt: null });
  expect(page.status).toBe(200);
  expect(page.text).toContain('already installed');
});

test('scopes may be separated by comma or space, or by only one of them, as the switch says', async () => {
  const answers = async () => {
    const [comma, space] = await Promise.all([
      h.authorize({ scope: 'read,write' }),
      h.authorize({ scope: 'read write' }),
    ]);
    return [comma.status, space.status];
  };
  expect(await answers()).toEqual([200, 200]);
  await h.switchTo({ scopeSeparator: 'comma' });
  expect(await answers()).toEqual([200, 400]);
  await h.switchTo({ scopeSeparator: 'space' });
  expect(await answers()).toEqual([400, 200]);
  expect((await h.authorize()).text).toContain('Invalid redirect_uri');
});

test('a member can install an app only if the switch requires no admin approval', async () => {
  await h.switchTo({ consentBy: 'member' });
  const refused = await h.decide('approve');
  expect(refused.get('error')).toBe('access_denied');
  expect(refused.get('error_description')).toContain('admin must approve');
  expect((await h.decide('approve', { actor: 'user' })).get('code')).not.toBeNull();
  await h.switchTo({ adminApproval: 'not-required' });
  expect((await h.decide('approve')).get('code')).not.toBeNull();
  await h.switchTo({ consentBy: 'admin', adminApproval: 'required' });
  expect((await h.decide('approve')).get('code')).not.toBeNull();
});

test('the scope of a token response is a string, or a list as for old applications, as the switch says', async () => {
  expect((await h.connect()).scope).toBe('read write');
  await h.switchTo({ scopeResponse: 'array' });
  expect((await h.connect()).scope).toEqual(['read', 'write']);
});

test('a token without the write scope cannot write, and one with comments:create can comment', async () => {
  const reader = h.clientOf((await h.connect({ scope: 'read' })).access_token);
  await expect(reader.createIssueLabel({ name: 'new' })).rejects.toThrow('write');
  const commenter = h.clientOf((await h.connect({ scope: 'read,comments:create' })).access_token);
  const issueId = (await commenter.issues({ first: 1 })).nodes[0]?.id ?? '';
  expect((await commenter.createComment({ issueId, body: 'Hello' })).success).toBe(true);
  await expect(commenter.updateIssue(issueId, { title: 'New' })).rejects.toThrow('write');
});

test('a reset keeps the app’s credentials and deletes its tokens', async () => {
  const { access_token, refresh_token } = await h.connect();
  await h.local('reset');
  await expect(h.clientOf(access_token).viewer).rejects.toThrow('not authenticated');
  expect(await h.refresh(refresh_token)).toMatchObject(invalidGrant);
  expect((await h.connect()).scope).toBe('read write');
});
