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

/** What the orchestrator reported about a finished run. It is owed to Linear until its comment is posted. */
export type Outcome = {
  status: 'passing' | 'failing';
  runId: string;
  /** The `statusSeq` it was reported with. Outcomes are posted in this order. */
  seq: number;
  reportedAt: string;
  summary?: string | undefined;
  prUrl?: string | undefined;
  testResults?: string | undefined;
  failedStep?: string | undefined;
  error?: string | undefined;
};

/** A lease that expired without a result. Its comment is owed to Linear until somebody takes the feature again. */
export type Lapse = {
  status: 'lapsed';
  runId: string;
  /** The `statusSeq` of the claim. */
  seq: number;
  reportedAt: string;
  leaseUntil: string;
};

/** What we still have to post to Linear as a comment. */
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
  /** Absent if the issue is not a sub-issue. */
  parent?: { linearIssueId: string } | undefined;
};

type Filled = 'projectId' | 'issue' | 'linearUpdatedAt' | 'seenAt' | 'contentHash';

/** A row that a projection has filled, so that the API lists it. Stubs and tombstones are not listed. */
export type Listed<R> = R & { [K in Filled & keyof R]: NonNullable<R[K]> };
export const isListed = <R extends { projectId?: string | undefined; issue?: object | undefined }>(
  row: R,
): row is R & Listed<R> => row.projectId !== undefined && row.issue !== undefined;

/** What Linear says about a feature (*theirs* in docs/data.md). A projection writes all of this and nothing else. */
export type Projection = {
  id: string;
  workspaceId: string;
  linearIssueId: string;
  projectId: string;
  listKey: string;
  /** Where it can be claimed. Absent while the issue is closed in Linear. */
  claimIn: string | undefined;
  issue: FeatureIssue;
  version: Version;
};

/** A feature's priorities, most urgent first. */
export const priorities = [1, 2, 3, 4] as const;

/** The partition of the `claimable` index for one project and priority. */
export const claimPartition = (projectId: string, priority: number): string => `${projectId}#${priority}`;

/** Linear's priority 0 means "none". Such work is treated as normal (3). */
const priorityOf = (linear: number): number => (linear >= 1 && linear <= 4 ? linear : 3);

/** The feature that an issue becomes in a project. Its id depends on the issue alone. */
export const projectionOf = (
  issue: IssueSnapshot,
  { workspaceId, projectId, ...trigger }: { workspaceId: string; projectId: string } & Trigger,
): Projection => {
  const id = derivedId('feature', issue.id);
  const priority = priorityOf(issue.priority);
  // Linear promises no order, and a webhook and a read must have the same hash.
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
      // An undefined value is not hashed, so rows that predate this attribute keep their hash.
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

/** The limit for all label names together. A row holds them twice, beside its description and outcomes. */
const MAX_LABEL_CHARACTERS = 20_000;

/** Whether the issue fits a row, whatever its characters. All other texts are bounded when they are read. */
export const isStorable = ({ labels }: IssueSnapshot): boolean =>
  labels.reduce((sum, { name }) => sum + name.length, 0) <= MAX_LABEL_CHARACTERS;

/** A feature that no longer qualifies, with the version of the issue that says so. */
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
