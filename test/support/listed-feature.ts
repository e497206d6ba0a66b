import { featureRow, type ListedFeature } from '../../shared/data/features/feature-row.ts';
import { isListed } from '../../shared/domain/features/feature.ts';

/** A pending feature whose issue is in Todo, as the table holds it; `changes` are attributes of its row. */
export const listedFeature = (changes: Record<string, unknown> = {}, state = 'Todo'): ListedFeature => {
  const type = { Todo: 'unstarted', Started: 'started', Done: 'completed' }[state] ?? 'started';
  const row = featureRow({
    id: 'feature-1',
    workspaceId: 'workspace-1',
    linearIssueId: 'issue-1',
    projectId: 'project-1',
    claimIn: 'project-1#2',
    issue: {
      identifier: 'ENG-1',
      url: 'https://linear.app/issue/ENG-1',
      name: 'A feature',
      description: '',
      priority: 2,
      category: '',
      state: { id: state, name: state, type },
      labels: [],
      assignee: null,
      teamId: 'team-1',
      estimate: null,
    },
    linearUpdatedAt: '2026-01-01T00:00:00.000Z',
    seenAt: '2026-01-01T00:00:00.000Z',
    contentHash: 'hash',
    status: 'pending',
    statusSeq: 0,
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  });
  if (!isListed(row)) throw new Error('The row is not listed.');
  return row;
};
