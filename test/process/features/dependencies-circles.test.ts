import { describe, expect } from 'vitest';
import { test as base } from '../../support/in-process/dependencies/dependency-test.ts';

/** `circle`: issues each of which is blocked by the next, the last one by the first; with the relations between them. */
const test = base
  .extend('circle', ({ poller, relate, learn, pass, serveDue }) => async (size: number) => {
    const ids = await poller.ready(size);
    const relations: string[] = [];
    for (const [nth, id] of ids.entries()) relations.push(await relate(ids[(nth + 1) % size] ?? '', id));
    await learn.byReconcile();
    // Until now the function that takes webhooks may not know that the issues are awaited.
    await pass(2 * 60_000);
    await serveDue();
    return { ids, relations };
  })
  /** The issues of the circle that a feature says it is in, itself first; nothing if it says none. */
  .extend('said', ({ poller }) => async (ids: readonly string[]) => {
    const rows = await Promise.all(ids.map(poller.feature));
    const issueOf = new Map(rows.map((row) => [row.id, row.linearIssueId]));
    return rows.map(({ cycle, claimAt }) =>
      cycle ? cycle.map(({ featureId }) => issueOf.get(featureId)) : claimAt ? 'ready' : 'not ready',
    );
  });

/** What each member of a circle has to say: itself first, then each that blocks the one before. */
const turns = (ids: readonly string[]) => ids.map((_, nth) => [...ids.slice(nth), ...ids.slice(0, nth)]);

describe.for([2, 3, 5])('a circle of %i features', (size) => {
  test('is said by each of them, none of which is ready', async ({ poller, circle, said, shows }) => {
    const { ids } = await circle(size);
    expect(await said(ids)).toEqual(turns(ids));
    for (const id of ids) {
      expect(await shows(id)).toMatchObject({ ready: false, claimable: false, reason: 'blocked' });
      expect((await poller.feature(id)).claimAt).toBeUndefined();
    }
  });

  test('is over once a relation is deleted', async ({ circle, said, unrelate, learn }) => {
    const { ids, relations } = await circle(size);
    await unrelate(relations[0] ?? '');
    await learn.byReconcile();
    expect(await said(ids)).toEqual(['ready', ...Array(size - 1).fill('not ready')]);
  });

  test.for(['byWebhooks', 'byReconcile'] as const)(
    'is over once one of them is completed (%s)',
    async (how, { poller, states, circle, said, learn }) => {
      const { ids } = await circle(size);
      await poller.move(ids[0] ?? '', states.Done);
      await learn[how]();
      // The first one is closed, and the last one was blocked by it.
      expect(await said(ids)).toEqual(['not ready', ...Array(size - 2).fill('not ready'), 'ready']);
    },
  );

  test('is over once dependencies make no difference', async ({
    poller,
    workspace,
    circle,
    said,
    serveDue,
  }) => {
    const { ids } = await circle(size);
    await workspace.changeSettings({ dependencies: 'off' });
    workspace.advance(95_000);
    await workspace.runSync();
    await serveDue();
    expect(await said(ids)).toEqual(Array(size).fill('ready'));
    await workspace.changeSettings({ dependencies: 'linear' });
    workspace.advance(95_000);
    await workspace.runSync();
    await serveDue();
    expect(await said(ids), 'and is found again').toEqual(turns(ids));
    expect(await Promise.all(ids.map(async (id) => (await poller.feature(id)).dueAt))).not.toContain('');
  });
});

test('two circles that share a feature are both said, and each ends by itself', async ({
  poller,
  relate,
  unrelate,
  learn,
  said,
}) => {
  const ids = await poller.ready(3);
  const [shared = '', one = '', other = ''] = ids;
  const relations: string[] = [];
  for (const [blocker, blocked] of [
    [shared, one],
    [one, shared],
    [shared, other],
    [other, shared],
  ] as const)
    relations.push(await relate(blocker, blocked));
  await learn.byReconcile();
  const [ofShared, ...others] = await said(ids);
  expect(others).toEqual([
    [one, shared],
    [other, shared],
  ]);
  expect([
    [shared, one],
    [shared, other],
  ]).toContainEqual(ofShared);

  await unrelate(relations[0] ?? '');
  await learn.byReconcile();
  expect(await said(ids)).toEqual([[shared, other], 'ready', [other, shared]]);
  await unrelate(relations[3] ?? '');
  await learn.byReconcile();
  // The one still blocks the shared one.
  expect(await said(ids)).toEqual(['not ready', 'ready', 'not ready']);
});

test.for([0, 1])(
  'a second circle through a feature is said by its members, and ends for them (%i)',
  async (last, { poller, relate, unrelate, learn, said }) => {
    const [shared = '', ...others] = await poller.ready(3);
    for (const id of others) await relate(shared, id);
    await learn.byReconcile();
    const order = last === 0 ? others.toReversed() : others;
    const relations: string[] = [];
    for (const id of order) {
      relations.push(await relate(id, shared));
      await learn.byReconcile();
    }
    const [first = '', second = ''] = order;
    const circles = [
      [first, shared],
      [second, shared],
    ];
    expect((await said([...order, shared])).slice(0, 2)).toEqual(circles);
    await unrelate(relations[last] ?? '');
    await learn.byReconcile();
    expect((await said([...order, shared])).slice(0, 2)).toEqual(
      circles.map((circle, nth) => (nth === last ? 'not ready' : circle)),
    );
  },
);

test('a circle is said by each of its members, even if all others are in a shorter one', async ({
  poller,
  relate,
  learn,
  said,
}) => {
  const ids = await poller.ready(3);
  const [first = '', middle = '', last = ''] = ids;
  await relate(first, middle);
  await relate(first, last);
  await relate(middle, last);
  await learn.byReconcile();
  // Until nothing is read again because it is recent.
  for (let times = 0; times < 3; times++) await learn.byReconcile();
  await relate(last, first);
  await learn.byReconcile();
  expect(await said(ids)).toEqual([
    [first, last],
    [middle, first, last],
    [last, first],
  ]);
});

test('a feature that waits for a circle is in none itself', async ({
  circle,
  poller,
  relate,
  learn,
  said,
}) => {
  const { ids } = await circle(2);
  const [waiting = ''] = await poller.create(['Waits']);
  await relate(ids[0] ?? '', waiting);
  await learn.byReconcile();
  expect(await said([waiting])).toEqual(['not ready']);
  expect((await poller.feature(waiting)).blockers).toMatchObject([{ linearIssueId: ids[0], state: 'open' }]);
});
