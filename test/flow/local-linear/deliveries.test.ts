import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type Harness, HOUR_MS, MINUTE_MS, startHarness } from '../../support/local-linear/harness.ts';

let h: Harness;
let answerWith: number | 'late' = 200;

beforeAll(async () => {
  h = await startHarness(async () => {
    if (answerWith !== 'late') return answerWith;
    await sleep(6000);
    return 200;
  });
});
afterEach(() => {
  answerWith = 200;
  return h.reset();
});
afterAll(() => h.close());

const deliveries = async () =>
  (await h.get('/_local/deliveries')).deliveries as {
    id: string;
    outcome: string;
    dueAt: number | null;
    attempts: { status: number | null; error?: string }[];
  }[];
const settled = (attempts: number) =>
  vi.waitFor(async () => expect((await deliveries())[0]?.attempts).toHaveLength(attempts), { timeout: 9000 });

test('a failed delivery is repeated unchanged after a minute, an hour and six hours', async () => {
  await h.connect();
  answerWith = 500;
  await h.admin.createIssueLabel({ name: 'new' });
  await settled(1);
  for (const [minutes, expected] of [
    [1, 2],
    [59, 2],
    [1, 3],
    [360, 4],
    [1000, 4],
  ] as const) {
    await h.local('clock', { advanceMs: minutes * MINUTE_MS });
    expect(h.received).toHaveLength(expected);
  }
  expect(new Set(h.received.map(({ id }) => id)).size).toBe(1);
  expect(new Set(h.received.map(({ raw }) => raw.toString())).size).toBe(1);
  expect(await deliveries()).toMatchObject([{ outcome: 'failed' }]);
});

test('a retry has a new timestamp and id if the switches say so, and a signature that fits', async () => {
  await h.connect();
  await h.switchTo({ retryTimestamp: 'restamped', retryDeliveryId: 'new' });
  answerWith = 500;
  await h.admin.createIssueLabel({ name: 'new' });
  await settled(1);
  await h.local('clock', { advanceMs: MINUTE_MS });
  const [first, second] = h.received;
  expect(second?.id).not.toBe(first?.id);
  const later = (second?.body.webhookTimestamp ?? 0) - (first?.body.webhookTimestamp ?? 0);
  expect(later).toBeGreaterThanOrEqual(MINUTE_MS);
  expect({ ...second?.body, webhookTimestamp: 0 }).toEqual({ ...first?.body, webhookTimestamp: 0 });
  await h.switchTo({ retryTimestamp: 'original', retryDeliveryId: 'same' });
  await h.local('clock', { advanceMs: HOUR_MS });
  expect(h.received[2]?.raw).toEqual(first?.raw);
  expect(h.received[2]?.id).toBe(first?.id);
});

test('a status other than 200, a redirect and five seconds without an answer count as failures', async () => {
  await h.connect();
  for (const status of [201, 302, 404]) {
    answerWith = status;
    await h.admin.createIssueLabel({ name: `answered ${status}` });
    await vi.waitFor(async () =>
      expect((await deliveries()).at(-1)).toMatchObject({ outcome: 'pending', attempts: [{ status }] }),
    );
  }
  await h.reset();
  await h.connect();
  answerWith = 'late';
  await h.admin.createIssueLabel({ name: 'late' });
  await settled(1);
  expect((await deliveries())[0]).toMatchObject({ outcome: 'pending', attempts: [{ status: null }] });
}, 15_000);

test('a webhook is disabled after consecutive lost events, until a human enables it', async () => {
  await h.connect();
  await h.switchTo({ disableWebhookAfter: 2 });
  answerWith = 500;
  for (const name of ['lost', 'lost too']) {
    await h.admin.createIssueLabel({ name });
    await vi.waitFor(async () => expect((await deliveries()).at(-1)?.attempts).toHaveLength(1));
    for (const advanceMs of [MINUTE_MS, HOUR_MS, 6 * HOUR_MS]) await h.local('clock', { advanceMs });
  }
  answerWith = 200;
  await h.admin.createIssueLabel({ name: 'not sent' });
  expect(await deliveries()).toHaveLength(2);
  expect((await h.get('/_local/webhook')).installations).toMatchObject([{ enabled: false, lostEvents: 2 }]);
  await h.local('webhook', { enabled: true });
  await h.admin.createIssueLabel({ name: 'sent again' });
  await h.eventually((all) => expect(all.at(-1)?.body.data.name).toBe('sent again'));
  await h.switchTo({ disableWebhookAfter: 0 });
});

test('deliveries can be dropped, duplicated, delayed and reordered', async () => {
  await h.connect();
  const names = () => h.received.map(({ body }) => body.data.name);
  await h.local('faults', { kind: 'drop', type: 'IssueLabel' });
  await h.local('faults', { kind: 'duplicate', type: 'IssueLabel' });
  await h.local('faults', { kind: 'delay', type: 'IssueLabel', delayMs: 10 * MINUTE_MS });
  await h.local('faults', { kind: 'reorder', type: 'IssueLabel' });
  for (const name of ['dropped', 'doubled', 'delayed', 'overtaken', 'overtaking'])
    await h.admin.createIssueLabel({ name });
  await h.eventually(() => expect(names()).toEqual(['doubled', 'doubled', 'overtaking', 'overtaken']));
  await h.local('clock', { advanceMs: 10 * MINUTE_MS });
  expect(names().at(-1)).toBe('delayed');
});

test('an event and the change it reports are in one line of the journal', async () => {
  await h.connect();
  const [issue] = (await h.admin.issues({ first: 1 })).nodes;
  await issue?.update({ title: 'One line' });
  const lines = readFileSync(join(h.dataDir, 'linear.jsonl'), 'utf8').split('\n');
  const line = lines.find((one) => one.includes('"One line"'));
  expect(line).toContain('"set":"Issue"');
  expect(line).toContain('"set":"Delivery"');
});
