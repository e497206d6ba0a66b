/** What Linear holds of a project that a page is planned into: one fresh read. Ids are Linear's. */

/** Which numbers of points a team's issues may have. */
export type EstimateScale = {
  type: 'notUsed' | 'exponential' | 'fibonacci' | 'linear' | 'tShirt';
  /** Whether 0 is on the scale. */
  allowZero: boolean;
  /** Whether the scale has its two largest numbers. */
  extended: boolean;
};

/** `startsAt` and `endsAt` are ISO times. */
type LinearCycle = {
  id: string;
  number: number;
  name: string | null;
  startsAt: string;
  endsAt: string;
};

export type LinearTeam = {
  id: string;
  key: string;
  name: string;
  scale: EstimateScale;
  /** The state of new issues. Without `stateId`, those of an app would wait in triage where a team has one. */
  defaultStateId: string | null;
  /** The state of issues that are given up. */
  canceledStateId: string | null;
  cycles: readonly LinearCycle[];
};

/** `teamId` is `null` for a label of the whole workspace. A group cannot be put on issues. */
export type LinearLabel = {
  id: string;
  name: string;
  isGroup: boolean;
  /** The group that it belongs to. */
  groupId: string | null;
  teamId: string | null;
};

export type LinearMilestone = {
  id: string;
  name: string;
  description: string;
  /** An ISO date. */
  targetDate: string | null;
};

/** A `blocks` relation, as the issue that is blocked has it. */
type LinearBlocker = { relationId: string; issueId: string };

export type LinearIssue = {
  id: string;
  identifier: string;
  url: string;
  title: string;
  /** Markdown as Linear returns it; `''` for none. */
  description: string;
  /** 0 none, 1 urgent, 2 high, 3 medium, 4 low. */
  priority: number;
  estimate: number | null;
  /** The type of its state, such as `backlog` or `completed`. */
  stateType: string;
  teamId: string;
  projectId: string | null;
  milestoneId: string | null;
  parentId: string | null;
  cycleId: string | null;
  labelIds: readonly string[];
  blockers: readonly LinearBlocker[];
  /** Those of its attachments that lead to a plan, by URL. */
  links: readonly string[];
  creatorId: string | null;
  /** Linear shows neither unless asked, but their ids are taken. */
  gone: 'archived' | 'trashed' | null;
  updatedAt: string;
};

export type LinearState = {
  /** The app's user in this workspace, which has made what is ours. */
  appUserId: string;
  project: { id: string; name: string; teamIds: readonly string[]; gone: 'archived' | 'trashed' | null };
  team: LinearTeam;
  labels: readonly LinearLabel[];
  milestones: readonly LinearMilestone[];
  /** The issues of the project, and those outside it that items are bound to or depend on. */
  issues: readonly LinearIssue[];
};
