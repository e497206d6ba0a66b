import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  errorOf,
  type Harness,
  HOUR_MS,
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

test('an access token is valid for 24 hours of the local clock', async () => {
  const { access_token, refresh_token } = await h.connect();
  await h.local('clock', { advanceMs: 24 * HOUR_MS });
  await expect(h.clientOf(access_token).viewer).rejects.toThrow('not authenticated');
  const { body } = await h.refresh(refresh_token);
  expect((await h.clientOf(body.access_token).viewer).app).toBe(true);
});

test('a refresh rotates both tokens, and the same request returns them again for 30 minutes', async () => {
  const first = await h.connect();
  const second = (await h.refresh(first.refresh_token)).body;
  expect(second.access_token).not.toBe(first.access_token);
  expect(second.refresh_token).not.toBe(first.refresh_token);
  await h.local('clock', { advanceMs: 29 * MINUTE_MS });
  const replayed = (await h.refresh(first.refresh_token)).body;
  expect(replayed.access_token).toBe(second.access_token);
  expect(replayed.refresh_token).toBe(second.refresh_token);
  await h.local('clock', { advanceMs: MINUTE_MS });
  expect(await h.refresh(first.refresh_token)).toMatchObject(invalidGrant);
  expect((await h.refresh(second.refresh_token)).status).toBe(200);
});

test('concurrent refreshes of one token all get the same successors', async () => {
  const { refresh_token } = await h.connect();
  const answers = await Promise.all(Array.from({ length: 20 }, () => h.refresh(refresh_token)));
  expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
});

test('a refresh keeps or revokes the previous access token, as the switch says', async () => {
  const first = await h.connect();
  const second = (await h.refresh(first.refresh_token)).body;
  expect((await h.clientOf(first.access_token).viewer).app).toBe(true);
  await h.switchTo({ previousAccessToken: 'revoked' });
  await h.refresh(second.refresh_token);
  await expect(h.clientOf(second.access_token).viewer).rejects.toThrow('not authenticated');
});

test('a client needs its secret, unless its token was issued with PKCE and no secret', async () => {
  const { refresh_token } = await h.connect();
  const refresh = { grant_type: 'refresh_token', refresh_token };
  const { clientId: client_id, clientSecret } = h.linear;
  const wrong = await h.form('/oauth/token', { ...refresh, client_id, client_secret: 'wrong' });
  expect(wrong).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect((await h.form('/oauth/token', { ...refresh, client_id })).status).toBe(401);
  const basic = `Basic ${Buffer.from(`${client_id}:${clientSecret}`).toString('base64')}`;
  expect((await h.form('/oauth/token', refresh, { authorization: basic })).status).toBe(200);

  const code = (
    await h.decide('approve', { code_challenge: 'plain-verifier', code_challenge_method: 'plain' })
  ).get('code');
  const fields = {
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: REDIRECT_URI,
    client_id,
  };
  const open = await h.form('/oauth/token', { ...fields, code_verifier: 'plain-verifier' });
  expect(open.status).toBe(200);
  const again = { grant_type: 'refresh_token', refresh_token: open.body.refresh_token, client_id };
  expect((await h.form('/oauth/token', again)).status).toBe(200);
});

test('the token endpoint accepts only forms and its own grant types', async () => {
  const body = { grant_type: 'client_credentials', client_id: h.linear.clientId };
  expect((await h.post('/oauth/token', body)).body.error).toBe('invalid_request');
  expect((await h.form('/oauth/token', body)).body.error_description).toContain('client_credentials');
  expect((await h.form('/oauth/token', { grant_type: 'password' })).body.error).toBe(
    'unsupported_grant_type',
  );
});

test('a revoked token is refused, and the app can be installed again', async () => {
  const { access_token, refresh_token } = await h.connect();
  expect((await h.revoke({ token: refresh_token, token_type_hint: 'refresh_token' })).status).toBe(200);
  expect((await h.revoke({ token: refresh_token })).status).toBe(400);
  await expect(h.clientOf(access_token).viewer).rejects.toThrow('not authenticated');
  expect(await h.refresh(refresh_token)).toMatchObject(invalidGrant);
  expect((await h.authorize({ prompt: null })).status).toBe(200);
});

test('revoking one of several approvals keeps the others and the installation', async () => {
  const [first, second] = [await h.connect(), await h.connect()];
  await h.revoke({ token: first.refresh_token });
  await expect(h.clientOf(first.access_token).viewer).rejects.toThrow('not authenticated');
  expect((await h.clientOf(second.access_token).viewer).app).toBe(true);
  await h.admin.createIssueLabel({ name: 'still sent' });
  await h.eventually((all) => expect(all).toHaveLength(1));
  await h.revoke({ token: second.refresh_token });
  await h.admin.createIssueLabel({ name: 'not sent' });
  expect(await h.get('/_local/deliveries')).toMatchObject({ deliveries: [{ outcome: 'delivered' }] });
});

test('revoking an access token ends its whole approval or only the token, as the switch says', async () => {
  const first = await h.connect();
  await h.revoke({ token: first.access_token });
  expect(await h.refresh(first.refresh_token)).toMatchObject(invalidGrant);
  await h.switchTo({ accessTokenRevoke: 'token' });
  const second = await h.connect();
  await h.revoke({ token: second.access_token });
  await expect(h.clientOf(second.access_token).viewer).rejects.toThrow('not authenticated');
  expect((await h.refresh(second.refresh_token)).status).toBe(200);
});

test('revoking the last approval uninstalls the app or keeps it, as the switch says', async () => {
  await h.switchTo({ lastGrantRevoked: 'stays-installed' });
  const { refresh_token } = await h.connect();
  await h.revoke({ token: refresh_token });
  expect(errorOf(await h.authorize({ prompt: null }))).toBe('access_denied');
  await h.switchTo({ lastGrantRevoked: 'uninstalls' });
  await h.revoke({ token: (await h.connect()).refresh_token });
  expect((await h.authorize({ prompt: null })).status).toBe(200);
});

test('the old forms of revoking work, but not together with the new one', async () => {
  const { access_token, refresh_token } = await h.connect();
  expect((await h.revoke({ token: access_token, refresh_token })).status).toBe(400);
  expect((await h.revoke({})).status).toBe(401);
  expect((await h.revoke({ token: access_token, token_type_hint: 'both' })).status).toBe(400);
  const { clientId: client_id } = h.linear;
  expect((await h.revoke({ token: access_token, client_id, client_secret: 'wrong' })).status).toBe(401);
  const bearer = { authorization: `Bearer ${access_token}` };
  expect((await h.form('/oauth/revoke', {}, bearer)).status).toBe(200);
});
