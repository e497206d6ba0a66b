import { expect, test } from 'vitest';
import type { ListedFeature } from '../../../shared/data/features/feature-row.ts';
import { type Mutation, undoneOf } from '../../../shared/linear/api/mutations.ts';
import type { LinearApi } from '../../../shared/linear/api.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import { type Sent, writeBack } from '../../../shared/use-cases/features/processing/write-back.ts';
import type { Plan } from '../../../shared/use-cases/features/processing/write-back-plan.ts';

type Answer = Awaited<ReturnType<LinearApi['mutate']>>;

const comment = (id: string): Mutation => ({ kind: 'commentCreate', id, issueId: 'issue', body: 'text' });
const plan = (...ids: string[]): Plan => ({
  feature: { id: ids[0] } as ListedFeature,
  mutations: ids.map(comment),
  posted: ids,
  leftIn: undefined,
  settledIn: undefined,
  superseded: false,
});
const idOf = (mutation: Mutation) => ('id' in mutation ? mutation.id : '');

/** Runs plans against a Linear that answers with `refuse`. Returns the requests, the results, and their order. */
const run = async (plans: readonly Plan[], refuse: (ids: string[]) => Answer) => {
  const sent: string[][] = [];
  const order: string[] = [];
  const mutate = async (mutations: readonly Mutation[]): Promise<Answer> => {
    sent.push(mutations.map(idOf));
    order.push('request');
    return refuse(mutations.map(idOf));
  };
  const linear = <T>(_: string, call: (api: LinearApi) => Promise<T>) =>
    call({ mutate } as unknown as LinearApi);
  const send = writeBack({ features: { renameOwed: async () => true }, linear, now: () => 0 });
  const answers: Sent[] = [];
  for await (const each of send(plans, {
    workspace: { id: 'workspace', appUserId: 'app', appUserIds: new Set() },
    batch: 25,
    deadline: 1,
  })) {
    answers.push(each);
    order.push(each.is === 'sent' ? each.results.map(({ feature }) => feature.id).join() : each.is);
  }
  const results = answers.flatMap((each) => (each.is === 'sent' ? each.results : []));
  return {
    sent,
    order,
    last: answers.at(-1),
    results: results.map(({ feature, failure }) => [feature.id, failure]),
  };
};

const refuseNamed =
  (bad: string) =>
  (ids: string[]): Answer =>
    ids.includes(bad) ? { is: 'refused', at: ids.indexOf(bad), why: 'no' } : { is: 'done' };

test('a refused mutation affects neither other features nor the rest of its own', async () => {
  const { sent, results } = await run([plan('a1'), plan('b1', 'b2', 'b3'), plan('c1')], refuseNamed('b1'));
  expect(sent).toEqual([
    ['a1', 'b1', 'b2', 'b3', 'c1'],
    ['b2', 'b3', 'c1'],
  ]);
  expect(results).toEqual([
    ['a1', undefined],
    ['b1', 'no'],
    ['c1', undefined],
  ]);
});

test('a request that is refused as a whole is sent again one mutation at a time', async () => {
  const whole = (ids: string[]): Answer =>
    ids.includes('b2') ? { is: 'refused', at: ids.length > 1 ? -1 : 0, why: 'no' } : { is: 'done' };
  const { sent, results } = await run([plan('a1'), plan('b1', 'b2', 'b3')], whole);
  expect(sent.slice(1)).toEqual([['a1'], ['b1'], ['b2'], ['b3']]);
  expect(results).toEqual([
    ['a1', undefined],
    ['b1', 'no'],
  ]);
});

test('the results of a request are known before the next is sent', async () => {
  const plans = Array.from({ length: 26 }, (_, n) => plan(`${n}`));
  const { order } = await run(plans, () => ({ is: 'done' }));
  const first25 = plans.slice(0, 25).map(({ feature }) => feature.id);
  expect(order).toEqual(['request', first25.join(), 'request', '25']);
});

test('an outage ends the run and names the features whose write may still be applied', async () => {
  const plans = Array.from({ length: 26 }, (_, n) => plan(`${n}`));
  const { order, last } = await run(plans, (ids) => {
    if (ids.includes('25')) throw new LinearError({ is: 'unavailable' }, 'no answer');
    return { is: 'done' };
  });
  expect(order.slice(2)).toEqual(['request', 'failed']);
  expect(last).toMatchObject({ is: 'failed', ambiguous: [{ feature: { id: '25' } }] });
});

test('a mutation whose answer is missing, null or unsuccessful counts as not done', () => {
  const four = ['a', 'b', 'c', 'd'].map(comment);
  const answers = { m0: { success: true }, m1: { success: false }, m2: null };
  expect(undoneOf(four, answers)).toEqual([1, 2, 3]);
});
