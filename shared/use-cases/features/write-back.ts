import { batched } from '../../batched.ts';
import type { ListedFeature } from '../../data/features/feature-row.ts';
import type { Features } from '../../data/features/features.ts';
import type { WorkspaceRow } from '../../data/workspaces/workspace-row.ts';
import type { Now } from '../../domain/clock.ts';
import { isStillLapsed } from '../../domain/features/lapse.ts';
import { inOrder, owedComment } from '../../domain/features/outcome-comment.ts';
import { cameLate, planState, type StatePlan } from '../../domain/features/write-back.ts';
import type { WorkflowState } from '../../domain/mirror/workflow-state.ts';
import type { Status } from '../../domain/statuses.ts';
import type { Wish } from '../../domain/workspaces/status-map.ts';
import type { LinearComment } from '../../linear/api.ts';
import { LinearError } from '../../linear/errors.ts';
import type { Mutation } from '../../linear/mutations.ts';
import type { WithLinear } from '../workspaces/with-linear.ts';

/** Features a request writes back: one that fails nulls the answer for all, so keep them few (facts §3.3). */
const BATCH = 25;
/** Mutations a request carries; a feature that owes more than this has a request of its own. */
const MUTATIONS = 100;

/** What Linear is still to be told of one feature. */
export type Plan = {
  feature: ListedFeature;
  mutations: readonly Mutation[];
  /** The comments that are owed no more once the mutations are done: each stands then, or is out of date. */
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
  /** Linear did not do part of it, and gave no reason. */
  undone?: boolean | undefined;
};

/** Whether a comment is ours: written by an app user of this workspace, on the issue that it tells of. */
export const isOurs = (
  { userId, issueId }: LinearComment,
  { appUserId, appUserIds }: Pick<WorkspaceRow, 'appUserId' | 'appUserIds'>,
  of: { linearIssueId: string },
): boolean =>
  userId !== undefined && (userId === appUserId || appUserIds.has(userId)) && issueId === of.linearIssueId;

/** Decides what is missing in Linear: the state of the latest status, and every owed comment, in order. */
export const planWriteBack = (
  feature: ListedFeature,
  {
    states,
    mappedTo,
    standing,
    links,
  }: {
    states: readonly WorkflowState[];
    mappedTo: (status: Status) => Wish;
    /** Ids of our comments that stand. */
    standing: ReadonlySet<string>;
    /** Urls that the issue links already. */
    links: ReadonlySet<string>;
  },
): Plan => {
  const owed = inOrder(feature.owed);
  const { state } = feature.issue;
  const { writtenStateId, echoStateId, movedToStateId, carriedToStateId } = feature;
  const isLate = cameLate(feature, state);
  const isNews = isLate || feature.writtenSeq < feature.statusSeq;
  const { moveTo, leftIn, superseded, leftAlone }: StatePlan = isNews
    ? planState({
        status: feature.status,
        state,
        writtenStateId,
        echoStateId,
        movedToStateId,
        carriedToStateId,
        owesPassing: owed.some(([, { status }]) => status === 'passing'),
        states,
        mappedTo,
      })
    : { superseded: false };
  const issueId = feature.linearIssueId;
  const mutations: Mutation[] = moveTo ? [{ kind: 'issueUpdate', issueId, stateId: moveTo }] : [];
  const linked = new Set(links);
  for (const [id, each] of owed) {
    if (each.status === 'lapsed' && !isStillLapsed(feature, each)) continue;
    const prUrl = each.status === 'lapsed' ? undefined : each.prUrl;
    // Only what is missing: Linear would give a link that stands our title.
    if (prUrl && !linked.has(prUrl)) {
      linked.add(prUrl);
      mutations.push({ kind: 'attachmentCreate', issueId, url: prUrl, title: 'Pull request' });
    }
    if (!standing.has(id)) mutations.push({ kind: 'commentCreate', id, issueId, body: owedComment(each) });
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

const inBatches = <P extends Plan>(plans: readonly P[], size: number): P[][] =>
  batched(plans, { size, weight: ({ mutations }) => mutations.length, most: MUTATIONS });

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
  /** Whose comments are ours. */
  workspace: Pick<WorkspaceRow, 'id' | 'appUserId' | 'appUserIds'>;
  /** Called as soon as features are done, so that a crash later costs a read at the most. */
  tell: (told: readonly Told[]) => Promise<void>;
};

/**
 * Carries plans out, 25 features a request. What Linear refuses for good is told apart and the rest goes on; an
 * outage or a rate limit ends the run, and what was not told stays due.
 */
export const writeBack =
  ({ features, linear, now }: { features: Pick<Features, 'renameOwed'>; linear: WithLinear; now: Now }) =>
  async (
    plans: readonly Told[],
    { workspace, batch = BATCH, deadline, tell }: Options,
  ): Promise<WrittenBack> => {
    let underWay: readonly Plan[] = [];
    const mutate = (of: readonly Plan[], mutations: readonly Mutation[]) => {
      if (now() > deadline) throw new OutOfTime();
      underWay = of;
      return linear(workspace.id, (api) => api.mutate(mutations));
    };

    const newIds = new Set<string>();
    /**
     * What is left of a plan from a comment on whose id is taken. If it is ours, an earlier request posted it.
     * If it is not, the outcome gets another id, which lies on the row before it is used: a crash makes no second
     * comment. Nothing: somebody else sees to this feature.
     */
    const retake = async (plan: Told, at: number): Promise<Told | undefined> => {
      const [mutation, ...after] = plan.mutations.slice(at);
      if (mutation?.kind !== 'commentCreate') return { ...plan, mutations: after };
      const { id } = mutation;
      const found = await linear(workspace.id, (api) => api.comments([id]));
      if (found.some((comment) => isOurs(comment, workspace, plan.feature)))
        return { ...plan, mutations: after };
      if (newIds.has(id))
        return { ...plan, mutations: after, failure: 'Linear says that a new comment id is taken.' };
      const newId = crypto.randomUUID();
      if (!(await features.renameOwed(plan.feature, id, newId))) return undefined;
      newIds.add(newId);
      const { [id]: outcome, ...others } = plan.feature.owed;
      return {
        ...plan,
        feature: { ...plan.feature, owed: outcome ? { ...others, [newId]: outcome } : others },
        posted: plan.posted.map((postedId) => (postedId === id ? newId : postedId)),
        mutations: [{ ...mutation, id: newId }, ...after],
      };
    };

    const refusedBy = (mutation: Mutation | undefined, why: string) =>
      mutation?.kind === 'issueUpdate' ? { moveRefused: why } : { failure: why };

    /** A request that was refused as a whole names no culprit: each mutation is asked for by itself. */
    const oneByOne = async (plan: Told): Promise<void> => {
      let left: Told | undefined = plan;
      for (let next = left.mutations[0]; next; next = left.mutations[0]) {
        const answer = await mutate([left], [next]);
        if (answer.is === 'taken') left = await retake(left, 0);
        else {
          if (answer.is === 'refused') left = { ...left, ...refusedBy(next, answer.why) };
          if (answer.is === 'undone') left = { ...left, undone: true };
          left = { ...left, mutations: left.mutations.slice(1) };
        }
        if (!left) return;
      }
      await tell([{ ...left, mutations: plan.mutations }]);
    };

    const send = async (some: readonly Told[]): Promise<void> => {
      const mutations = some.flatMap((plan) => plan.mutations);
      if (mutations.length === 0) return tell(some);
      const answer = await mutate(some, mutations);
      if (answer.is === 'done') return tell(some);
      if (answer.is === 'undone') {
        const undone = new Set(answer.at.map((at) => ownerOf(some, at)));
        return tell(some.map((plan, index) => (undone.has(index) ? { ...plan, undone: true } : plan)));
      }
      if (answer.is === 'refused' && answer.at < 0) {
        for (const plan of some) await oneByOne(plan);
        return;
      }
      const culprit = ownerOf(some, answer.at);
      const before = some.slice(0, culprit).reduce((sum, plan) => sum + plan.mutations.length, 0);
      const plan = some[culprit];
      if (!plan) throw new Error(`Linear refused the mutation ${answer.at}, which was not sent.`);
      await tell(some.slice(0, culprit));
      const at = answer.at - before;
      // The culprit's other mutations are as good as anybody's: a state that is gone must not cost a comment.
      const left =
        answer.is === 'taken'
          ? await retake(plan, at)
          : {
              ...plan,
              ...refusedBy(plan.mutations[at], answer.why),
              mutations: plan.mutations.slice(at + 1),
            };
      await send([...(left ? [left] : []), ...some.slice(culprit + 1)]);
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
