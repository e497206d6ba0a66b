import { describe, expect, test } from 'vitest';
import { readDelivery, verifySignature } from '../../shared/linear/delivery.ts';
import { signed, webhookExample } from '../support/builders.ts';

const MINUTE_MS = 60_000;
const bytesOf = (body: unknown) => Buffer.from(JSON.stringify(body));
const read = (body: unknown, now: number) => {
  const delivery = readDelivery(bytesOf(body), now);
  if (delivery === 'unreadable') throw new Error('unreadable');
  return delivery;
};

describe('verifySignature', () => {
  const { bytes, signature } = signed({ a: 1 }, 'secret');

  test('accepts what one of two secrets signed', () => {
    expect(() => verifySignature(bytes, signature, ['other', 'secret'])).not.toThrow();
  });

  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['no hex', 'zz'],
    ['a short one', signature.slice(0, 10)],
    ['a longer one', `${signature}00`],
    ['that of another body', signed({ a: 2 }, 'secret').signature],
    ['that of another secret', signed({ a: 1 }, 'other').signature],
  ])('refuses %s', (_, given) => {
    expect(() => verifySignature(bytes, given, ['secret'])).toThrow(/Linear-Signature/);
  });

  test('accepts nothing when there is no secret', () => {
    expect(() => verifySignature(bytes, signature, [])).toThrow();
  });
});

describe('readDelivery', () => {
  test('mends half a character, which no table would take', () => {
    const body = webhookExample('01-issue-create');
    body.data.title = 'half \ud800';
    expect(read(body, Date.now())).toMatchObject({ issue: { title: 'half \ufffd' } });
  });

  const issue = webhookExample('01-issue-create');
  const sentAt = Number(issue.webhookTimestamp);

  test('reads an issue with what changed and the project it lies in', () => {
    const delivery = read(webhookExample('02-issue-update-label-and-state'), sentAt);
    expect(delivery).toMatchObject({
      is: 'issue',
      issue: {
        identifier: 'ENG-143',
        state: { type: 'unstarted' },
        project: { id: '5a9d3c1e-0f7b-4c2a-b6d8-1e2f3a4b5c6d', name: 'Checkout revamp' },
      },
      event: { action: 'update', updatedFrom: { delegateId: null } },
    });
  });

  test('reads a trashed issue as deleted', () => {
    expect(read(webhookExample('04-issue-remove'), sentAt)).toMatchObject({ issue: { archived: 'deleted' } });
  });

  test('reads a project', () => {
    expect(read(webhookExample('05-project-update'), sentAt)).toMatchObject({
      is: 'project',
      project: { name: 'Checkout revamp 2026', linearState: 'started', archivedThere: false },
    });
  });

  test('reads that the teams the app may see have changed', () => {
    expect(read(webhookExample('08-permission-change'), sentAt).is).toBe('access');
  });

  test.each(['06-comment-create-by-own-app', '09-agent-session-created'])(
    '%s is acknowledged and ignored',
    (name) => {
      expect(read(webhookExample(name), sentAt).is).toBe('ignored');
    },
  );

  test('reads a revocation with its time', () => {
    const delivery = read(webhookExample('07-oauthapp-revoked'), sentAt);
    expect(delivery).toMatchObject({ is: 'revoked', at: '2026-11-05T16:20:00.000Z' });
  });

  test.each([
    ['fresh for a minute', MINUTE_MS - 500, 'fresh'],
    ['late after it', MINUTE_MS + 500, 'late'],
    ['late at the last retry', 421 * MINUTE_MS, 'late'],
    ['expired after eight hours', 481 * MINUTE_MS, 'expired'],
    ['expired when it comes from the future', -2 * MINUTE_MS, 'expired'],
  ])('is %s', (_, ageMs, age) => {
    const body = { ...issue, createdAt: new Date(sentAt).toISOString() };
    expect(read(body, sentAt + ageMs).age).toBe(age);
  });

  test('a retry that was stamped anew is as old as what it tells of', () => {
    const now = sentAt + 60 * MINUTE_MS;
    expect(read({ ...issue, webhookTimestamp: now }, now).age).toBe('late');
  });

  test.each([
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['no object', Buffer.from('null')],
    ['an envelope without an organization', bytesOf({ ...issue, organizationId: undefined })],
    ['an issue without an id', bytesOf({ ...issue, data: { ...issue.data, id: undefined } })],
    ['an issue whose labels are no list', bytesOf({ ...issue, data: { ...issue.data, labels: 'omakase' } })],
    ['an issue whose time is none', bytesOf({ ...issue, data: { ...issue.data, updatedAt: 'yesterday' } })],
  ])('%s is unreadable, not an error', (_, bytes) => {
    expect(readDelivery(bytes, sentAt)).toBe('unreadable');
  });
});
