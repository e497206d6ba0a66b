import type { ListedFeature } from '../../../data/features/feature-row.ts';
import type { WorkspaceRow } from '../../../data/workspaces/workspace-row.ts';
import { isStillLapsed } from '../../../domain/features/lapse.ts';
import { inOrder, owedComment } from '../../../domain/features/outcome-comment.ts';
import { cameLate, planState, type StatePlan } from '../../../domain/features/write-back.ts';
import type { WorkflowState } from '../../../domain/mirror/workflow-state.ts';
import type { Status } from '../../../domain/statuses.ts';
import type { Wish } from '../../../domain/workspaces/status-map.ts';
import type { LinearComment } from '../../../linear/api/issues.ts';
import type { Mutation } from '../../../linear/api/mutations.ts';

/** What Linear is still missing of one feature. */
export type Plan = {
  feature: ListedFeature;
  mutations: readonly Mutation[];
  /** Ids of the comments that are no longer owed once the mutations are done: each is posted by then, or outdated. */
  posted: readonly string[];
  /** The state our write leaves the issue in. */
  leftIn: string | undefined;
  /** The state the issue is in then, whoever put it there. Given only if Linear does not show the latest status yet. */
  settledIn: string | undefined;
  superseded: boolean;
  /** Why the issue stays where it is although a state is mapped. */
  leftAlone?: string | undefined;
};

/** What became of a plan, or what is known of it before it is sent. */
export type WriteBackResult = Plan & {
  failure?: string | undefined;
  /** Why Linear refused the move: the state may be gone. */
  moveRefused?: string | undefined;
  /** Linear did not do part of it and gave no reason. */
  undone?: boolean | undefined;
};

/** What is known of Linear when a feature is planned. */
type Known = {
  /** The workflow states of the issue's team. */
  states: readonly WorkflowState[];
  mappedTo: (status: Status) => Wish;
  /** Ids of our own comments that Linear shows. */
  postedComments: ReadonlySet<string>;
  /** Urls that the issue already links. */
  links: ReadonlySet<string>;
};

/** Whether a comment is ours: an app user of this workspace wrote it, on the issue that it is about. */
export const isOurComment = (
  { userId, issueId }: LinearComment,
  { appUserId, appUserIds }: Pick<WorkspaceRow, 'appUserId' | 'appUserIds'>,
  of: { linearIssueId: string },
): boolean =>
  userId !== undefined && (userId === appUserId || appUserIds.has(userId)) && issueId === of.linearIssueId;

/** Whether Linear does not show the latest status yet, or shows an older one again. */
export const hasNews = (feature: ListedFeature): boolean =>
  feature.writtenSeq < feature.statusSeq || cameLate(feature, feature.issue.state);

/** Decides what is missing in Linear: the state of the latest status, and every owed link and comment, in order. */
export const planOf = (feature: ListedFeature, known: Known): Plan => {
  const { state } = feature.issue;
  const { moveTo, leftIn, superseded, leftAlone }: StatePlan = hasNews(feature)
    ? statePlanOf(feature, known)
    : { superseded: false };
  const issueId = feature.linearIssueId;
  const move: Mutation[] = moveTo ? [{ kind: 'issueUpdate', issueId, stateId: moveTo }] : [];
  return {
    feature,
    mutations: [...move, ...owedMutations(feature, known)],
    posted: inOrder(feature.owed).map(([id]) => id),
    leftIn,
    settledIn: hasNews(feature) ? (leftIn ?? state.id) : undefined,
    superseded,
    leftAlone,
  };
};

const statePlanOf = (feature: ListedFeature, { states, mappedTo }: Known): StatePlan => {
  const { status, writtenStateId, echoStateId, movedToStateId, carriedToStateId } = feature;
  return planState({
    status,
    state: feature.issue.state,
    writtenStateId,
    echoStateId,
    movedToStateId,
    carriedToStateId,
    owesPassing: Object.values(feature.owed).some((owed) => owed.status === 'passing'),
    states,
    mappedTo,
  });
};

const owedMutations = (feature: ListedFeature, { postedComments, links }: Known): Mutation[] => {
  const issueId = feature.linearIssueId;
  const linked = new Set(links);
  const mutations: Mutation[] = [];
  for (const [id, owed] of inOrder(feature.owed)) {
    if (owed.status === 'lapsed' && !isStillLapsed(feature, owed)) continue;
    const prUrl = owed.status === 'lapsed' ? undefined : owed.prUrl;
    // Creating a link that exists would replace its title with ours.
    if (prUrl && !linked.has(prUrl)) {
      linked.add(prUrl);
      mutations.push({ kind: 'attachmentCreate', issueId, url: prUrl, title: 'Pull request' });
    }
    if (!postedComments.has(id))
      mutations.push({ kind: 'commentCreate', id, issueId, body: owedComment(owed) });
  }
  return mutations;
};
