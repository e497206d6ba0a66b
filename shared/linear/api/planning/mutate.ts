import type { Entity } from '../../../domain/planning/change-set/operation.ts';
import { aliasOf, indexOfAlias } from '../mutations.ts';
import type { PlanningClient } from './client.ts';
import { kinds, type PlanAnswer, type PlanMutation, type PlanMutationKind, planBatch } from './mutations.ts';

/** How a request of mutations ended. `at` is the first mutation that Linear did not make, and `why` is shortened. */
type End =
  | { is: 'done' }
  /**
   * What it creates stands already, whoever made it: under its id, or one of its name, or the same relation. `id`
   * is the one that Linear names, if it does.
   */
  | { is: 'taken'; at: number; entity: Entity; id: string | undefined; why: string }
  /** For good. `notFound`: Linear does not show the app something that the mutation names; what is to be deleted is gone. */
  | { is: 'refused'; at: number; why: string; notFound: boolean }
  /** Linear answered `success: false`, or nothing, and gave no reason. It may have made some after it. */
  | { is: 'undone'; at: number }
  /**
   * Linear made the one before `at`, but could not put its answer together, for instance because of a relation to an
   * issue that the app cannot see. Those from `at` on were not tried, by the rules of GraphQL.
   */
  | { is: 'cut'; at: number }
  /** Refused as a whole: none is named, and none made, as far as Linear says. */
  | { is: 'refused-whole'; why: string };

/**
 * `done` are the mutations that Linear made, from the first on. An answer is undefined if Linear gave none, which is
 * the rule where it refused a later one, or one of unknown form: then only a read tells what it holds.
 */
export type PlanMutated = { done: readonly (PlanAnswer | undefined)[]; end: End };

export const planMutateApi = (client: PlanningClient, accessToken: string) => ({
  /**
   * Makes writes in the order of the list, in one request, and stops at the first that Linear refuses. `linkPrefix`
   * is what the URLs of attachments start with that answered issues tell. Throws `LinearError` for outages and limits:
   * then some or all may have been made.
   */
  async planMutate(
    mutations: readonly PlanMutation[],
    { linkPrefix }: { linkPrefix: string },
  ): Promise<PlanMutated> {
    if (mutations.length === 0) return { done: [], end: { is: 'done' } };
    const { data, refusal } = await client.attempt(accessToken, planBatch(mutations, linkPrefix));
    const first = (count: number) =>
      mutations.slice(0, count).map((one, n) => answerOf(one, data[aliasOf(n)]));
    const { path = [], message = '', forPeople = '' } = refusal ?? {};
    const named = indexOfAlias(path[0] === undefined ? undefined : String(path[0]));
    // Where the schema allows it, Linear leaves out the part of an answer that failed, and goes on.
    if (!refusal || hasSuccess(data[aliasOf(named)])) {
      const at = mutations.findIndex((_, n) => !hasSuccess(data[aliasOf(n)]));
      return at < 0
        ? { done: first(mutations.length), end: { is: 'done' } }
        : { done: first(at), end: { is: 'undone', at } };
    }
    const at = named < 0 && mutations.length === 1 ? 0 : named;
    const mutation = mutations[at];
    if (!mutation) return { done: [], end: { is: 'refused-whole', why: message } };
    if (path.length > 1) return { done: first(at + 1), end: { is: 'cut', at: at + 1 } };
    return { done: first(at), end: refusedEnd(mutation, at, message, forPeople) };
  },
});

const hasSuccess = (payload: unknown): boolean => (payload as { success?: unknown } | null)?.success === true;

const answerOf = ({ kind }: PlanMutation, payload: unknown): PlanAnswer | undefined =>
  hasSuccess(payload) ? kinds[kind].read((payload as { answer?: unknown }).answer) : undefined;

const created: { [K in PlanMutationKind]?: Entity } = {
  labelCreate: 'label',
  milestoneCreate: 'milestone',
  issuesCreate: 'issue',
  relationCreate: 'relation',
  attachmentCreate: 'attachment',
};

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

const refusedEnd = (mutation: PlanMutation, at: number, message: string, forPeople: string): End => {
  const entity = created[mutation.kind];
  const said = `${message} ${forPeople}`;
  if (
    entity &&
    /conflict on insert|already exists|duplicate (?:label|milestone) name|already related/i.test(said)
  )
    return { is: 'taken', at, entity, id: UUID.exec(said)?.[0]?.toLowerCase(), why: message };
  return { is: 'refused', at, why: message, notFound: /^entity not found/i.test(message) };
};
