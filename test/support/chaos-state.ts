import type { Rows } from '../../chaos/checks/finding.ts';
import type { LinearComment, LinearIssue, LinearState } from '../../chaos/checks/linear-state.ts';
import type { Journal, Reported } from '../../chaos/journal.ts';

export const place = { index: 0, workspaceId: 'w' };
export const NOW = Date.parse('2026-11-21T12:00:00.000Z');
/** The ISO time this many minutes after `NOW`. */
export const inMinutes = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

/** A labelled open issue as Linear shows it. */
export const issue = (changes: Partial<LinearIssue> = {}): LinearIssue => ({
  id: 'issue',
  title: 'Title',
  description: 'Text',
  priority: 0,
  archivedAt: null,
  trashed: null,
  state: { id: 'todo', name: 'Todo', type: 'unstarted' },
  labels: { nodes: [{ name: 'web' }, { name: 'Omakase' }] },
  project: { id: 'project' },
  attachments: { nodes: [] },
  ...changes,
});

/** One project with one issue. */
export const linearState = (changes: Partial<LinearState> = {}): LinearState => ({
  issues: [issue()],
  projects: [{ id: 'project', name: 'Project', archivedAt: null, trashed: null }],
  comments: [],
  relations: [],
  ...changes,
});

/** The comment of a reported outcome. */
export const commentOf = ({
  runId,
  status = 'failing',
  at = 1,
  issueId = 'issue',
}: Written): LinearComment => ({
  body: `**Reported.** Chaos ${runId} ${status} for-nobody`,
  createdAt: new Date(NOW + at).toISOString(),
  issue: { id: issueId },
});
type Written = { runId: string; status?: Reported['status']; at?: number; issueId?: string };

/** Our row of the project. */
export const projectRow = (changes: object = {}) => ({
  id: 'p',
  workspaceId: 'w',
  linearProjectId: 'project',
  name: 'Project',
  archivedThere: false,
  ...changes,
});

/** Our row of the issue, ready to be claimed. */
export const featureRow = (changes: object = {}) => ({
  id: 'feature',
  workspaceId: 'w',
  linearIssueId: 'issue',
  projectId: 'p',
  status: 'pending',
  claimAt: inMinutes(-10),
  owed: {},
  issue: {
    name: 'Title',
    description: 'Text',
    priority: 3,
    state: { id: 'todo', name: 'Todo', type: 'unstarted' },
    labels: [{ name: 'Omakase' }, { name: 'web' }],
  },
  ...changes,
});

export const workspaceRow = (changes: object = {}) => ({
  id: 'w',
  connection: 'connected',
  dueIn: 'due#0',
  dueAt: `${inMinutes(4)}#x`,
  ...changes,
});

/** Our tables with that project and issue. */
export const rowsWith = (changes: { [Table in keyof Rows]?: object[] } = {}): Rows =>
  ({
    features: [featureRow()],
    dependencies: [],
    projects: [projectRow()],
    leases: [],
    history: [],
    workspaces: [workspaceRow()],
    ...changes,
  }) as unknown as Rows;

export const journalWith = (changes: Partial<Journal> = {}): Journal => ({
  entries: [],
  claims: [],
  reports: [],
  moves: [],
  ...changes,
});
