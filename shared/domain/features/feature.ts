import { derivedId } from '../ids.ts';
import type { IssueSnapshot } from '../mirror/issue.ts';
import { isTrigger, type Trigger } from '../mirror/trigger.ts';
import { isOpen } from '../mirror/workflow-state.ts';
import { hashOf, type Version } from '../version.ts';

/** Why a feature no longer qualifies. */
export const withdrawals = [
  'label_removed',
  'moved_out',
  'archived',
  'deleted',
  'gone',
  'access_lost',
] as const;
export type Withdrawal = (typeof withdrawals)[number];

/** What the orchestrator said of a finished run; owed to Linear until its comment stands there. */
export type Outcome = {
  status: 'passing' | 'failing';
  runId: string;
  /** The `statusSeq` it was reported with: outcomes are told in this order. */
  seq: number;
  reportedAt: string;
  summary?: string | undefined;
  prUrl?: string | undefined;
  testResults?: string | undefined;
  failedStep?: string | undefined;
  error?: string | undefined;
};

/** A lease that ran out without a result; owed to Linear while nobody takes the feature again. */
export type Lapse = {
  status: 'lapsed';
  runId: string;
  /** The `statusSeq` of the claim. */
  seq: number;
  reportedAt: string;
  leaseUntil: string;
};

/** What Linear is to be told of a feature by a comment. */
export type Owed = Outcome | Lapse;

/** What a feature shows of its Linear issue. */
type FeatureIssue = {
  identifier: string;
  url: string;
  name: string;
  description: string;
  /** 1 urgent to 4 low. */
  priority: number;
  /** The issue's other labels, joined by `, `. */
  category: string;
  state: { id: string; name: string; type: string };
  labels: readonly { id: string; name: string }[];
  assignee: { id: string; name: string } | null;
  teamId: string;
  estimate: number | null;
  /** Absent where it is no sub-issue. */
  parent?: { linearIssueId: string } | undefined;
};

type Filled = 'projectId' | 'issue' | 'linearUpdatedAt' | 'seenAt' | 'contentHash';

/** A feature people see: a row that a projection has filled. Stubs and tombstones are none. */
export type Listed<R> = R & { [K in Filled & keyof R]: NonNullable<R[K]> };
export const isListed = <R extends { projectId?: string | undefined; issue?: object | undefined }>(
  row: R,
): row is R & Listed<R> => row.projectId !== undefined && row.issue !== undefined;

/** What Linear says of a feature ("theirs" in the data design): a projection writes all of it and nothing else. */
export type Projection = {
  id: string;
  workspaceId: string;
  linearIssueId: string;
  projectId: string;
  listKey: string;
  /** Where it can be claimed; absent while Linear's own state is an end. */
  claimIn: string | undefined;
  issue: FeatureIssue;
  version: Version;
};

/** A feature's priorities, most urgent first. */
export const priorities = [1, 2, 3, 4] as const;

/** Where the features of a project and priority wait to be claimed. */
export const claimPartition = (projectId: string, priority: number): string => `${projectId}#${priority}`;

/** Linear's priority 0 means "none": such work goes with the normal. */
const priorityOf = (linear: number): number => (linear >= 1 && linear <= 4 ? linear : 3);

/** The feature an issue makes in a project; the same issue makes the same feature wherever it is seen. */
export const projectionOf = (
  issue: IssueSnapshot,
  { workspaceId, projectId, ...trigger }: { workspaceId: string; projectId: string } & Trigger,
): Projection => {
  const id = derivedId('feature', issue.id);
  const priority = priorityOf(issue.priority);
  // Linear does not promise an order, and a webhook and a read must hash alike.
  const labels = [...issue.labels].sort((a, b) => (a.id < b.id ? -1 : 1));
  const content = {
    projectId,
    listKey: `${priority}#${issue.createdAt}#${id}`,
    claimIn: isOpen(issue.state.type) ? claimPartition(projectId, priority) : undefined,
    issue: {
      identifier: issue.identifier,
      url: issue.url,
      name: issue.title,
      description: issue.description,
      priority,
      category: labels
        .filter((label) => !isTrigger(label, trigger))
        .map(({ name }) => name)
        .join(', '),
      state: issue.state,
      labels,
      assignee: issue.assignee,
      teamId: issue.teamId,
      estimate: issue.estimate,
      // An undefined value is not hashed: rows of before the parent was kept stay as they are.
      parent: issue.parentId === undefined ? undefined : { linearIssueId: issue.parentId },
    },
  };
  return {
    id,
    workspaceId,
    linearIssueId: issue.id,
    ...content,
    version: { linearUpdatedAt: issue.updatedAt, seenAt: issue.seenAt, contentHash: hashOf(content) },
  };
};

/** What the names of an issue's labels may come to. A row lists them twice, beside its description and outcomes. */
const MAX_LABEL_CHARACTERS = 20_000;

/** Whether a row holds it, whatever the characters: all other texts are bounded where they are read. */
export const isStorable = ({ labels }: IssueSnapshot): boolean =>
  labels.reduce((sum, { name }) => sum + name.length, 0) <= MAX_LABEL_CHARACTERS;

/** A feature that stops qualifying, and the look at Linear that said so. */
export type WithdrawnIssue = {
  id: string;
  workspaceId: string;
  linearIssueId: string;
  reason: Withdrawal;
  version: Version;
};

export const withdrawalOf = (
  issue: Pick<IssueSnapshot, 'id' | 'updatedAt' | 'seenAt'>,
  workspaceId: string,
  reason: Withdrawal,
): WithdrawnIssue => ({
  id: derivedId('feature', issue.id),
  workspaceId,
  linearIssueId: issue.id,
  reason,
  version: {
    linearUpdatedAt: issue.updatedAt,
    seenAt: issue.seenAt,
    contentHash: hashOf({ withdrawn: reason }),
  },
});
