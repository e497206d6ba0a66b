import type { ListedFeature } from '../data/feature-row.ts';
import type { Status } from '../domain/feature.ts';
import {
  inOrder,
  outcomeComment,
  planState,
  type StatePlan,
  type WorkflowState,
} from '../domain/write-back.ts';
import type { Mutation } from '../linear/mutations.ts';
import type { WithLinear } from './with-linear.ts';

/** Features a request writes back: one that fails nulls the answer for all, so keep them few (facts §3.3). */
const BATCH = 25;

/** What Linear is still to be told of one feature. */
export type Plan = {
  feature: ListedFeature;
  mutations: readonly Mutation[];
  /** The comments that stand once the mutations are done, those that stood before among them. */
  posted: readonly string[];
  /** The state our write leaves the issue in. */
  leftIn: string | undefined;
  superseded: boolean;
};

/** What became of a plan. */
export type Told = Plan & { failure?: string | undefined };

/** Decides what is missing in Linear: the state of the latest status, and every owed comment, in order. */
export const planWriteBack = (
  feature: ListedFeature,
  {
    states,
    mappedTo,
    standing,
  }: {
    states: readonly WorkflowState[];
    mappedTo: (status: Status) => string | null | undefined;
    standing: ReadonlySet<string>;
  },
): Plan => {
  const owed = inOrder(feature.owed);
  const isNews = feature.writtenSeq < feature.statusSeq;
  const { moveTo, leftIn, superseded }: StatePlan = isNews
    ? planState({
        status: feature.status,
        state: feature.issue.state,
        writtenStateId: feature.writtenStateId,
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
  return { feature, mutations, posted: owed.map(([id]) => id), leftIn, superseded };
};

/** The plan that a mutation of a batch belongs to, by its index. */
const ownerOf = (plans: readonly Plan[], index: number): number => {
  let end = 0;
  return plans.findIndex(({ mutations }) => {
    end += mutations.length;
    return index < end;
  });
};

/**
 * Carries plans out, 25 features a request. What Linear refuses for good is told apart and the rest goes on;
 * `tell` is called as soon as features are done, so that a crash later costs a read at the most. Throws
 * `LinearError` for outages and rate limits: what was not told stays due.
 */
export const writeBack =
  ({ linear }: { linear: WithLinear }) =>
  async (workspaceId: string, plans: readonly Told[], tell: (told: readonly Told[]) => Promise<void>) => {
    /** A request that was refused as a whole names no culprit: each mutation is asked for by itself. */
    const oneByOne = async (plan: Told): Promise<void> => {
      let failure = plan.failure;
      for (const mutation of plan.mutations) {
        const answer = await linear(workspaceId, (api) => api.mutate([mutation]));
        if (answer.is === 'refused') failure = answer.why;
      }
      await tell([{ ...plan, failure }]);
    };

    const send = async (batch: readonly Told[]): Promise<void> => {
      const mutations = batch.flatMap((plan) => plan.mutations);
      if (mutations.length === 0) return tell(batch);
      const answer = await linear(workspaceId, (api) => api.mutate(mutations));
      if (answer.is === 'done') return tell(batch);
      if (answer.at < 0) {
        for (const plan of batch) await oneByOne(plan);
        return;
      }
      const culprit = ownerOf(batch, answer.at);
      const before = batch.slice(0, culprit).reduce((sum, plan) => sum + plan.mutations.length, 0);
      // The culprit's other mutations are as good as anybody's: a state that is gone must not cost a comment.
      const rest = batch.slice(culprit).map((plan, index) =>
        index > 0
          ? plan
          : {
              ...plan,
              mutations: plan.mutations.slice(answer.at - before + 1),
              failure: answer.why,
            },
      );
      await tell(batch.slice(0, culprit));
      await send(rest);
    };
    for (let start = 0; start < plans.length; start += BATCH) await send(plans.slice(start, start + BATCH));
  };

export type WriteBack = ReturnType<typeof writeBack>;
