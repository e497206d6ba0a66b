import { describe, expect, test } from 'vitest';
import { isSigned, readDelivery } from '../../../shared/linear/webhook/delivery.ts';
import { signed, webhookExample } from '../../../testing/builders.ts';

const MINUTE_MS = 60_000;
const bytesOf = (body: unknown) => Buffer.from(JSON.stringify(body));
const read = (body: unknown, now: number) => {
  const delivery = readDelivery(bytesOf(body), now);
  if (delivery === 'unreadable' || delivery.is === 'unreadable_issue') throw new Error('unreadable');
  return delivery;
};

describe('isSigned', () => {
  const { bytes, signature } = signed({ a: 1 }, 'secret');

  test('accepts a signature made with one of two secrets', () => {
    expect(isSigned(bytes, signature, ['other', 'secret'])).toBe(true);
  });

  test.each([
    ['no signature', undefined],
    ['an empty signature', ''],
    ['a signature that is not hex', 'zz'],
    ['a signature that is too short', signature.slice(0, 10)],
    ['a signature that is too long', `${signature}00`],
    ['the signature of another body', signed({ a: 2 }, 'secret').signature],
    ['a signature made with another secret', signed({ a: 1 }, 'other').signature],
  ])('refuses %s', (_, given) => {
    expect(isSigned(bytes, given, ['secret'])).toBe(false);
  });

  test('accepts no signature if there is no secret', () => {
    expect(isSigned(bytes, signature, [])).toBe(false);
  });

  test.each(['', '  ', '\n', '\u00a0'])('accepts no signature made with the blank secret %j', (blank) => {
    expect(isSigned(bytes, signed({ a: 1 }, blank).signature, [blank])).toBe(false);
  });
});

describe('readDelivery', () => {
  test('replaces half a surrogate pair, because no table accepts it', () => {
    const body = webhookExample('01-issue-create');
    body.data.title = 'half \ud800';
    expect(read(body, Date.now())).toMatchObject({ issue: { title: 'half \ufffd' } });
  });

  const issue = webhookExample('01-issue-create');
  const sentAt = Number(issue.webhookTimestamp);

  test('reads an issue with its previous values and its project', () => {
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

  test('reads a project without a status as closed if its times say so', () => {
    const example = webhookExample('05-project-update');
    const body = (times: object) => ({ ...example, data: { ...example.data, status: undefined, ...times } });
    const at = '2026-11-02T10:00:00.000Z';
    expect(read(body({ completedAt: at }), sentAt)).toMatchObject({ project: { linearState: 'completed' } });
    expect(read(body({ canceledAt: at }), sentAt)).toMatchObject({ project: { linearState: 'canceled' } });
    expect(read(body({}), sentAt)).toMatchObject({ project: { linearState: 'backlog' } });
  });

  test('reads that the app may see other teams', () => {
    expect(read(webhookExample('08-permission-change'), sentAt).is).toBe('access');
  });

  test.each(['06-comment-create-by-own-app', '09-agent-session-created'])('ignores %s', (name) => {
    expect(read(webhookExample(name), sentAt).is).toBe('ignored');
  });

  test('reads a revocation with its time', () => {
    const delivery = read(webhookExample('07-oauthapp-revoked'), sentAt);
    expect(delivery).toMatchObject({ is: 'revoked', at: '2026-11-05T16:20:00.000Z' });
  });

  test.each([
    ['is fresh for a minute', MINUTE_MS - 500, 'fresh'],
    ['is late after a minute', MINUTE_MS + 500, 'late'],
    ['is late at the last retry', 421 * MINUTE_MS, 'late'],
    ['is expired after eight hours', 481 * MINUTE_MS, 'expired'],
    ['is expired if it comes from the future', -2 * MINUTE_MS, 'expired'],
  ])('a delivery %s', (_, ageMs, age) => {
    const body = { ...issue, createdAt: new Date(sentAt).toISOString() };
    expect(read(body, sentAt + ageMs).age).toBe(age);
  });

  test('a retry with a new timestamp is as old as the change that it reports', () => {
    const now = sentAt + 60 * MINUTE_MS;
    expect(read({ ...issue, webhookTimestamp: now }, now).age).toBe('late');
  });

  const at = new Date(sentAt).toISOString();

  test.each([
    ['that happened in the year 9999', { createdAt: '9999-12-31T23:59:59.999Z' }],
    ['that was signed at 1e300', { webhookTimestamp: 1e300 }],
    ['that was signed before 1970', { webhookTimestamp: -1 }],
    ['that was signed two minutes ahead', { webhookTimestamp: sentAt + 2 * MINUTE_MS }],
    ['that happened two minutes ahead', { createdAt: new Date(sentAt + 2 * MINUTE_MS).toISOString() }],
  ])('a delivery %s is expired, whatever its other times are', (_, changes) => {
    expect(read({ ...issue, createdAt: at, ...changes }, sentAt).age).toBe('expired');
  });

  test.each([
    ['an issue', '01-issue-create'],
    ['a project', '05-project-update'],
  ])(
    'an edit of %s from the future counts as late, because no later edit would count as newer',
    (_, name) => {
      const example = webhookExample(name);
      const data = { ...example.data, updatedAt: '9999-12-31T23:59:59.999Z' };
      const delivery = read({ ...example, createdAt: at, webhookTimestamp: sentAt, data }, sentAt);
      expect(delivery.age).toBe('late');
    },
  );

  test.each([
    ['2026-11-02T12:00:00Z', '2026-11-02T12:00:00.000Z'],
    ['2026-11-02T12:00:00.1234567Z', '2026-11-02T12:00:00.123Z'],
    ['2026-11-02T14:00:00.5+02:00', '2026-11-02T12:00:00.500Z'],
  ])('the time %s is stored as %s, because times are compared as text', (updatedAt, kept) => {
    expect(
      read({ ...issue, createdAt: '2026-11-02T13:00:00.000Z', data: { ...issue.data, updatedAt } }, sentAt),
    ).toMatchObject({
      issue: { updatedAt: kept },
    });
  });

  test.each([
    ['labels that are not a list', { labels: 'omakase' }],
    ['an invalid time', { updatedAt: 'yesterday' }],
    ['a label with a name of 2,000 characters', { labels: [{ id: 'l', name: 'x'.repeat(2_000) }] }],
    ['a time before 1970', { updatedAt: '1969-12-31T23:59:59Z' }],
    ['a time beyond the year 9999', { updatedAt: '9999-12-31T23:59:59-12:00' }],
  ])('an issue with %s is unreadable but keeps its id, so that it can be read from Linear', (_, changes) => {
    expect(readDelivery(bytesOf({ ...issue, data: { ...issue.data, ...changes } }), sentAt)).toMatchObject({
      is: 'unreadable_issue',
      issueId: issue.data.id,
    });
  });

  test.each([
    ['12,000 teams', { teamIds: Array.from({ length: 12_000 }, (_, index) => `team-${index}`) }],
    ['a url of 500 kB', { url: `https://linear.app/${'x'.repeat(500_000)}` }],
    ['a status of 500 kB', { status: { type: 'x'.repeat(500_000) } }],
  ])('a project with %s is unreadable', (_, changes) => {
    const example = webhookExample('05-project-update');
    expect(readDelivery(bytesOf({ ...example, data: { ...example.data, ...changes } }), sentAt)).toBe(
      'unreadable',
    );
  });

  test('the description of a project is cut between characters', () => {
    const example = webhookExample('05-project-update');
    const description = `x${'🚀'.repeat(6_000)}`;
    const delivery = read({ ...example, data: { ...example.data, description } }, sentAt);
    expect(delivery.is === 'project' && delivery.project.description.isWellFormed()).toBe(true);
  });

  test('a type of 4 MB is unreadable, because types are logged', () => {
    expect(readDelivery(bytesOf({ ...issue, type: 'x'.repeat(4_000_000) }), sentAt)).toBe('unreadable');
  });

  test.each([
    ['a body that is not JSON', Buffer.from('{')],
    ['a body that is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a body that is not an object', Buffer.from('null')],
    ['an envelope without an organization', bytesOf({ ...issue, organizationId: undefined })],
    ['an issue without an id', bytesOf({ ...issue, data: { ...issue.data, id: undefined } })],
  ])('%s is unreadable, not an error', (_, bytes) => {
    expect(readDelivery(bytes, sentAt)).toBe('unreadable');
  });
});
