/** What we store about a Linear issue, as of `updatedAt` (Linear's clock). Times are ISO strings. */
export type IssueSnapshot = {
  id: string;
  identifier: string;
  url: string;
  title: string;
  description: string;
  /** 0 none, 1 urgent, 2 high, 3 normal, 4 low. */
  priority: number;
  estimate: number | null;
  state: { id: string; name: string; type: string };
  labels: readonly { id: string; name: string }[];
  assignee: { id: string; name: string } | null;
  teamId: string;
  /** Its project, with enough fields to mirror one that we have never seen. */
  project: { id: string; name: string; url: string } | null;
  /** Its milestone in that project, if it has one. */
  milestoneId?: string | undefined;
  /** The parent issue, if this is a sub-issue. */
  parentId?: string | undefined;
  /** Archived, or in the trash. */
  archived: 'archived' | 'deleted' | null;
  createdAt: string;
  updatedAt: string;
  /** When this snapshot was taken. It orders two snapshots with the same `updatedAt`. */
  seenAt: string;
};
