import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { webhookTypes } from '../../../local/linear/store/webhook-types.ts';
import { type Harness, startHarness } from '../../support/local-linear/harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());

const issues = async (first = 1) => (await h.admin.issues({ first })).nodes;
const deliveries = async () => (await h.get('/_local/deliveries')).deliveries as object[];

test('a change sends a signed webhook with the previous values and the actor', async () => {
  await h.connect();
  const [issue] = await issues();
  const [label] = (await h.admin.issueLabels({ filter: { name: { eq: 'omakase' } } })).nodes;
  await issue?.update({ addedLabelIds: [label?.id ?? ''] });
  await h.eventually((all) => expect(all).toHaveLength(1));
  const { id } = await h.admin.viewer;
  expect(h.received[0]?.body).toMatchObject({
    type: 'Issue',
    action: 'update',
    actor: { id, type: 'user' },
    data: { id: issue?.id, labelIds: [...(issue?.labelIds ?? []), label?.id] },
    updatedFrom: { labelIds: issue?.labelIds, updatedAt: issue?.updatedAt.toISOString() },
  });
  await issue?.delete();
  await h.eventually((all) =>
    expect(all[1]?.body).toMatchObject({ action: 'remove', data: { trashed: true } }),
  );
});

test('a mutation that changes nothing sends no webhook', async () => {
  await h.connect();
  const [issue] = await issues();
  await issue?.update({ title: issue.title, priority: issue.priority, labelIds: issue.labelIds });
  await issue?.unarchive();
  expect(await deliveries()).toEqual([]);
});

test('a delivery has Linear’s headers, and its signature covers the raw bytes', async () => {
  await h.connect();
  await h.admin.createIssueLabel({ name: 'Größe "XL"' });
  await h.eventually((all) => expect(all).toHaveLength(1));
  const [one] = h.received;
  if (!one) throw new Error('just received');
  const { headers, raw, body } = one;
  const signature = createHmac('sha256', h.linear.webhookSecret).update(raw).digest('hex');
  expect(headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Linear-Webhook',
    'linear-event': 'IssueLabel',
    'linear-signature': signature,
    'linear-timestamp': String(body.webhookTimestamp),
  });
  expect(headers['linear-delivery']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
  expect(raw.toString()).toContain('Größe \\"XL\\"');
});

test('the webhook about an app’s own change has its app user as actor, or another variant by the switch', async () => {
  const app = h.clientOf((await h.connect()).access_token);
  const [issue] = await issues();
  const { id, email } = await app.viewer;
  const variants = [
    ['user', { id, email, type: 'user' }],
    ['oauthClient', { type: 'oauthClient', name: 'Local App' }],
    ['null', null],
  ] as const;
  for (const [index, [appActor, actor]] of variants.entries()) {
    await h.switchTo({ appActor });
    await app.createComment({ issueId: issue?.id ?? '', body: appActor });
    await h.eventually((all) => expect(all).toHaveLength(index + 1));
    const { body } = h.received[index] ?? {};
    expect(body).toMatchObject({ type: 'Comment', data: { body: appActor, userId: id, user: { id } } });
    if (actor) expect(body?.actor).toMatchObject(actor);
    else expect(body?.actor).toBeNull();
  }
});

test('each organization’s webhook reports only its own changes', async () => {
  const globex = await h.local('organizations', { name: 'Globex' });
  await h.connect({ organization: globex.id });
  await h.admin.createIssueLabel({ name: 'ours' });
  await h.keyClient(globex.adminKey).createIssueLabel({ name: 'theirs' });
  await h.eventually((all) => expect(all).toHaveLength(1));
  expect(h.received[0]?.body).toMatchObject({ organizationId: globex.id, data: { name: 'theirs' } });
});

test('revoking the app as a human ends its tokens and sends OAuthApp revoked', async () => {
  const { access_token } = await h.connect();
  await h.local('revoke');
  await h.eventually((all) => expect(all).toHaveLength(1));
  expect(h.received[0]?.body).toMatchObject({ type: 'OAuthApp', action: 'revoked' });
  expect(h.received[0]?.body).not.toHaveProperty('data');
  expect(h.received[0]?.body.oauthClientId).toMatch(/^[0-9a-f-]{36}$/);
  await expect(h.clientOf(access_token).viewer).rejects.toThrow('not authenticated');
});

test('an app that revokes its last approval gets OAuthApp revoked only if the switch says so', async () => {
  await h.revoke({ token: (await h.connect()).refresh_token });
  expect(await deliveries()).toEqual([]);
  await h.switchTo({ revokedEvent: 'always' });
  await h.revoke({ token: (await h.connect()).refresh_token });
  await h.eventually((all) => expect(all[0]?.body.type).toBe('OAuthApp'));
});

test('archiving, restoring and trashing send the webhooks that the switches select', async () => {
  await h.connect();
  await h.local('webhook', { resourceTypes: ['Issue', 'Project'] });
  const [issue] = await issues();
  const [project] = (await h.admin.projects({ first: 1 })).nodes;
  const actions = async (expected: string[]) => {
    for (const one of [issue, project]) {
      h.received.length = 0;
      await one?.archive();
      await one?.unarchive();
      await one?.delete();
      await h.eventually((all) => expect(all.map(({ body }) => body.action)).toEqual(expected));
      await one?.unarchive();
      const restored = expected.length === 3 ? 4 : expected.length;
      await h.eventually((all) =>
        expect(all.length).toBeGreaterThanOrEqual(Math.min(restored, expected.length)),
      );
      await sleep(50);
    }
  };
  await actions(['update', 'update', 'remove']);
  await h.switchTo({ archiveEvent: 'remove', restoreEvent: 'create' });
  await actions(['remove', 'create', 'remove']);
  await h.switchTo({ archiveEvent: 'none', restoreEvent: 'none' });
  await actions(['remove']);
});

test('an app gets webhooks of its categories, for every kind of change in them', async () => {
  await h.connect();
  const [issue] = await issues();
  const issueId = issue?.id ?? '';
  const attachment = { issueId, url: 'https://example.test/run', title: 'Run' };
  await h.admin.createAttachment(attachment);
  expect(await deliveries()).toEqual([]);
  await h.local('webhook', { resourceTypes: ['Attachment', 'Cycle', 'Comment', 'User'] });
  await h.admin.createAttachment({ ...attachment, title: 'Run, done' });
  const teamId = (await issue?.team)?.id ?? '';
  const [startsAt, endsAt] = [new Date('2026-12-01'), new Date('2026-12-15')];
  await h.admin.updateTeam(teamId, { cyclesEnabled: true });
  await h.admin.createCycle({ teamId, startsAt, endsAt });
  const comment = await (await h.admin.createComment({ issueId, body: 'First' })).comment;
  await comment?.update({ body: 'Second' });
  await comment?.delete();
  await issue?.update({ title: 'Not ticked' });
  await h.admin.updateUser('me', { name: 'Ana S.' });
  await h.eventually((all) =>
    expect(all.map(({ body }) => `${body.type} ${body.action}`).sort()).toEqual([
      'Attachment update',
      'Comment create',
      'Comment remove',
      'Comment update',
      'Cycle create',
      'User update',
    ]),
  );
});

test.each(webhookTypes)('an event of type %s can be sent, complete and signed', async (type) => {
  await h.connect();
  await h.local('webhook', { resourceTypes: [type] });
  const data = type === 'Issue' ? { data: { title: 'Given' } } : {};
  await h.local('events', { type, action: 'create', ...data });
  await h.eventually((all) => expect(all).toHaveLength(1));
  const body = h.received[0]?.body;
  expect(body).toMatchObject({ type, action: 'create', webhookId: expect.any(String) });
  if (type === 'Issue') expect(body?.data).toMatchObject({ title: 'Given', labels: [], number: 0 });
  if (type === 'AgentSessionEvent') expect(body?.agentSession).toMatchObject({ id: expect.any(String) });
});
