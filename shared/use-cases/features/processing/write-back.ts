import { batched } from '../../../batched.ts';
import type { Features } from '../../../data/features/features.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import type { Now } from '../../../domain/clock.ts';
import type { Mutation } from '../../../linear/api/mutations.ts';
import type { LinearApi } from '../../../linear/api.ts';
import { LinearError } from '../../../linear/errors.ts';
import type { WithLinear } from '../../workspaces/with-linear.ts';
import { isOurComment, type Plan, type WriteBackResult } from './write-back-plan.ts';

/** Mutations a request carries; a feature that owes more than this has a request of its own. */
const MUTATIONS = 100;

/** Why writing back ended early. `ambiguous`: sent without an answer, so Linear may still apply it. */
export type Stop = { is: 'out_of_time' } | { is: 'failed'; error: LinearError; ambiguous: readonly Plan[] };

/** What became of the features of one request. Nothing follows a `Stop`. */
export type Sent = { is: 'sent'; results: readonly WriteBackResult[] } | Stop;

type Options = {
  /** Features a request writes back. One that fails voids the answer for all of them, so they are kept few. */
  batch: number;
  /** No request is begun after this, in epoch milliseconds. */
  deadline: number;
  /** Whose comments are ours. */
  workspace: Pick<WorkspaceRow, 'id' | 'appUserId' | 'appUserIds'>;
};

/** A plan that is being sent, with the comment id that replaced one that was taken. */
type Sending = WriteBackResult & { newCommentId?: string };

/**
 * Sends plans to Linear, `batch` features in a request, and yields the results of each request. The next one is sent when
 * the caller asks for more. A refusal for good is reported for its feature, and the others continue; an outage or a
 * rate limit ends the run.
 */
export const writeBack = ({
  features,
  linear,
  now,
}: {
  features: Pick<Features, 'renameOwed'>;
  linear: WithLinear;
  now: Now;
}) => {
  /** Asks Linear on behalf of plans, which are ambiguous if no answer comes. */
  const ask = async <T>(
    plans: readonly Plan[],
    { workspace }: Options,
    call: (api: LinearApi) => Promise<T>,
  ): Promise<T> =>
    linear(workspace.id, call).catch((error: unknown) => {
      if (!(error instanceof LinearError)) throw error;
      const ambiguous = error.failure.is === 'unavailable' ? plans : [];
      throw new Stopped({ is: 'failed', error, ambiguous });
    });

  const mutate = async (plans: readonly Plan[], mutations: readonly Mutation[], options: Options) => {
    if (now() > options.deadline) throw new Stopped({ is: 'out_of_time' });
    return ask(plans, options, (api) => api.mutate(mutations));
  };

  /**
   * What is left of a plan from a comment on whose id is taken. If that comment is ours, an earlier request posted it.
   * Otherwise the outcome gets another id, which is stored on the row before it is used, so that a crash cannot post
   * the comment twice. Nothing is left if another worker took the feature over.
   */
  const replaceTakenId = async (
    plan: Sending,
    at: number,
    batch: readonly Plan[],
    options: Options,
  ): Promise<Sending | undefined> => {
    const [mutation, ...after] = plan.mutations.slice(at);
    if (mutation?.kind !== 'commentCreate') return { ...plan, mutations: after };
    const { id } = mutation;
    const found = await ask(batch, options, (api) => api.comments([id]));
    if (found.some((comment) => isOurComment(comment, options.workspace, plan.feature)))
      return { ...plan, mutations: after };
    if (id === plan.newCommentId)
      return { ...plan, mutations: after, failure: 'Linear says that a new comment id is taken.' };
    const newId = crypto.randomUUID();
    if (!(await features.renameOwed(plan.feature, id, newId))) return undefined;
    const { [id]: outcome, ...others } = plan.feature.owed;
    return {
      ...plan,
      newCommentId: newId,
      feature: { ...plan.feature, owed: outcome ? { ...others, [newId]: outcome } : others },
      posted: plan.posted.map((postedId) => (postedId === id ? newId : postedId)),
      mutations: [{ ...mutation, id: newId }, ...after],
    };
  };

  /** A request that was refused as a whole names no culprit, so each mutation is sent individually. */
  const sendOneByOne = async (plan: Sending, options: Options): Promise<Sending | undefined> => {
    let left: Sending | undefined = plan;
    for (let next = left.mutations[0]; next; next = left.mutations[0]) {
      const answer = await mutate([left], [next], options);
      if (answer.is === 'taken') left = await replaceTakenId(left, 0, [left], options);
      else {
        if (answer.is === 'refused') left = { ...left, ...refusedBy(next, answer.why) };
        if (answer.is === 'undone') left = { ...left, undone: true };
        left = { ...left, mutations: left.mutations.slice(1) };
      }
      if (!left) return undefined;
    }
    return { ...left, mutations: plan.mutations };
  };

  async function* sendBatch(batch: readonly Sending[], options: Options): AsyncGenerator<Sent> {
    const mutations = batch.flatMap((plan) => plan.mutations);
    if (mutations.length === 0) return yield sent(batch);
    const answer = await mutate(batch, mutations, options);
    if (answer.is === 'done') return yield sent(batch);
    if (answer.is === 'undone') {
      const undone = new Set(answer.at.map((at) => ownerOf(batch, at)));
      return yield sent(batch.map((plan, index) => (undone.has(index) ? { ...plan, undone: true } : plan)));
    }
    if (answer.is === 'refused' && answer.at < 0) {
      for (const plan of batch) {
        const result = await sendOneByOne(plan, options);
        if (result) yield sent([result]);
      }
      return;
    }
    const culprit = ownerOf(batch, answer.at);
    const plan = batch[culprit];
    if (!plan) throw new Error(`Linear refused the mutation ${answer.at}, which was not sent.`);
    const before = batch.slice(0, culprit);
    yield sent(before);
    const at = answer.at - before.reduce((sum, { mutations }) => sum + mutations.length, 0);
    // The culprit's other mutations are still sent: a missing state must not cost a comment.
    const left =
      answer.is === 'taken'
        ? await replaceTakenId(plan, at, batch, options)
        : { ...plan, ...refusedBy(plan.mutations[at], answer.why), mutations: plan.mutations.slice(at + 1) };
    yield* sendBatch([...(left ? [left] : []), ...batch.slice(culprit + 1)], options);
  }

  return async function* (plans: readonly WriteBackResult[], options: Options): AsyncGenerator<Sent> {
    const batches = batched(plans, {
      size: options.batch,
      weight: ({ mutations }) => mutations.length,
      most: MUTATIONS,
    });
    try {
      for (const batch of batches) yield* sendBatch(batch, options);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      yield error.stop;
    }
  };
};

export type WriteBack = ReturnType<typeof writeBack>;

class Stopped extends Error {
  readonly stop: Stop;

  constructor(stop: Stop) {
    super(stop.is);
    this.stop = stop;
  }
}

const sent = (results: readonly WriteBackResult[]): Sent => ({ is: 'sent', results });

/** The plan that a mutation of a batch belongs to, by its index. */
const ownerOf = (plans: readonly Plan[], index: number): number => {
  let end = 0;
  return plans.findIndex(({ mutations }) => {
    end += mutations.length;
    return index < end;
  });
};

const refusedBy = (mutation: Mutation | undefined, why: string) =>
  mutation?.kind === 'issueUpdate' ? { moveRefused: why } : { failure: why };
