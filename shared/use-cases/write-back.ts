import type { ListedFeature } from '../data/feature-row.ts';
import type { Now } from '../domain/clock.ts';
import type { Status } from '../domain/feature.ts';
import { inOrder, outcomeComment } from '../domain/outcome-comment.ts';
import type { Wish } from '../domain/status-map.ts';
import { cameLate, planState, type StatePlan, type WorkflowState } from '../domain/write-back.ts';
import { LinearError } from '../errors.ts';
import type { Mutation } from '../linear/mutations.ts';
import type { WithLinear } from './with-linear.ts';

/** Features a request writes back: one that fails nulls the answer for all, so keep them few (facts §3.3). */
const BATCH = 25;
/** Mutations a request carries; a feature that owes more than this has a request of its own. */
const MUTATIONS = 100;

/** What Linear is still to be told of one feature. */
export type Plan = {
  feature: ListedFeature;
  mutations: readonly Mutation[];
  /** The comments that stand once the mutations are done, those that stood before among them. */
  posted: readonly string[];
  /** The state our write leaves the issue in. */
  leftIn: string | undefined;
  /** The state the issue is in then, whoever put it there; only where there is news. */
  settledIn: string | undefined;
  superseded: boolean;
  /** Why the issue stays where it is though a state is mapped. */
  leftAlone?: string | undefined;
};

/** What became of a plan. */
export type Told = Plan & {
  failure?: string | undefined;
  /** Why Linear refused the move: the state may be gone. */
  moveRefused?: string | undefined;
};

/** Decides what is missing in Linear: the state of the latest status, and every owed comment, in order. */
export const planWriteBack = (
  feature: ListedFeature,
  {
    states,
    mappedTo,
    standing,
  }: {
    states: readonly WorkflowState[];
    mappedTo: (status: Status) => Wish;
    standing: ReadonlySet<string>;
  },
): Plan => {
  const owed = inOrder(feature.owed);
  const { state } = feature.issue;
  const isLate = cameLate(feature, state);
  const isNews = isLate || feature.writtenSeq < feature.statusSeq;
  const { moveTo, leftIn, superseded, leftAlone }: StatePlan = isNews
    ? planState({
        status: feature.status,
        state,
        writtenStateId: isLate ? state.id : feature.writtenStateId,
        owesPassing: owed.some(([, { status }]) => status === 'passing'),
        states,
        mappedTo,
      })
    : { superseded: false };
  const issueId = feature.linearIssueId;
  const mutations: Mutation[] = moveTo ? [{ kind: 'issueUpdate', issueId, stateId: moveTo }] : [];
  for (const [id, outcome] of owed) {
    if (standing.has(id)) continue;
    // The link first: it is an upsert, so the comment that stands proves that it does too.
    if (outcome.prUrl)
      mutations.push({ kind: 'attachmentCreate', issueId, url: outcome.prUrl, title: 'Pull request' });
    mutations.push({ kind: 'commentCreate', id, issueId, body: outcomeComment(outcome) });
  }
  const settledIn = isNews ? (leftIn ?? state.id) : undefined;
  return { feature, mutations, posted: owed.map(([id]) => id), leftIn, settledIn, superseded, leftAlone };
};

/** The plan that a mutation of a batch belongs to, by its index. */
const ownerOf = (plans: readonly Plan[], index: number): number => {
  let end = 0;
  return plans.findIndex(({ mutations }) => {
    end += mutations.length;
    return index < end;
  });
};

const inBatches = <P extends Plan>(plans: readonly P[], size: number): P[][] => {
  const batches: P[][] = [];
  let mutations = 0;
  for (const plan of plans) {
    const last = batches.at(-1);
    mutations += plan.mutations.length;
    if (last && last.length < size && mutations <= MUTATIONS) {
      last.push(plan);
    } else {
      batches.push([plan]);
      mutations = plan.mutations.length;
    }
  }
  return batches;
};

/** Whether all was told that time allowed. `ambiguous`: sent without an answer, so Linear may still apply it. */
export type WrittenBack =
  | { is: 'done' }
  | { is: 'out_of_time' }
  | { is: 'failed'; error: LinearError; ambiguous: readonly Plan[] };

type Options = {
  /** Features a request writes back. */
  batch?: number | undefined;
  /** No request is begun after this, in epoch milliseconds. */
  deadline: number;
  /** Called as soon as features are done, so that a crash later costs a read at the most. */
  tell: (told: readonly Told[]) => Promise<void>;
};

/**
 * Carries plans out, 25 features a request. What Linear refuses for good is told apart and the rest goes on; an
 * outage or a rate limit ends the run, and what was not told stays due.
 */
export const writeBack =
  ({ linear, now }: { linear: WithLinear; now: Now }) =>
  async (
    workspaceId: string,
    plans: readonly Told[],
    { batch = BATCH, deadline, tell }: Options,
  ): Promise<WrittenBack> => {
    let underWay: readonly Plan[] = [];
    const mutate = (of: readonly Plan[], mutations: readonly Mutation[]) => {
      if (now() > deadline) throw new OutOfTime();
      underWay = of;
      return linear(workspaceId, (api) => api.mutate(mutations));
    };

    const refusedBy = (mutation: Mutation | undefined, why: string) =>
      mutation?.kind === 'issueUpdate' ? { moveRefused: why } : { failure: why };

    /** A request that was refused as a whole names no culprit: each mutation is asked for by itself. */
    const oneByOne = async (plan: Told): Promise<void> => {
      let told = plan;
      for (const mutation of plan.mutations) {
        const answer = await mutate([plan], [mutation]);
        if (answer.is === 'refused') told = { ...told, ...refusedBy(mutation, answer.why) };
      }
      await tell([told]);
    };

    const send = async (some: readonly Told[]): Promise<void> => {
      const mutations = some.flatMap((plan) => plan.mutations);
      if (mutations.length === 0) return tell(some);
      const answer = await mutate(some, mutations);
      if (answer.is === 'done') return tell(some);
      if (answer.at < 0) {
        for (const plan of some) await oneByOne(plan);
        return;
      }
      const culprit = ownerOf(some, answer.at);
      const before = some.slice(0, culprit).reduce((sum, plan) => sum + plan.mutations.length, 0);
      // The culprit's other mutations are as good as anybody's: a state that is gone must not cost a comment.
      const rest = some.slice(culprit).map((plan, index) =>
        index > 0
          ? plan
          : {
              ...plan,
              ...refusedBy(plan.mutations[answer.at - before], answer.why),
              mutations: plan.mutations.slice(answer.at - before + 1),
            },
      );
      await tell(some.slice(0, culprit));
      await send(rest);
    };

    try {
      for (const some of inBatches(plans, Math.min(batch, BATCH))) await send(some);
      return { is: 'done' };
    } catch (error) {
      if (error instanceof OutOfTime) return { is: 'out_of_time' };
      if (!(error instanceof LinearError)) throw error;
      return { is: 'failed', error, ambiguous: error.failure.is === 'unavailable' ? underWay : [] };
    }
  };

class OutOfTime extends Error {}

export type WriteBack = ReturnType<typeof writeBack>;
