import { expect, test } from 'vitest';
import { cachedIssueOf } from '../../../shared/domain/mirror/cached-issue.ts';
import { IssueNode, issueFromNode } from '../../../shared/linear/api/issue-node.ts';
import { issueSnapshot, webhookExample } from '../../../testing/builders.ts';

const story = { id: 'b', name: 'safe:story' };
const web = { id: 'a', name: 'web' };
const hashOf = (changes: object) =>
  cachedIssueOf(issueSnapshot({ labels: [story, web], ...changes }), 'workspace').version.contentHash;

test('an issue has the same hash in a webhook and in a read, in whatever order its labels come', () => {
  const { data } = webhookExample('02-issue-update-label-and-state');
  const fromWebhook = issueSnapshot({
    ...{ ...data, labels: [story, web] },
    ...{ projectMilestoneId: 'a-milestone', parentId: 'a-parent' },
  });
  const node = IssueNode.parse({
    ...data,
    ...{ projectMilestone: { id: 'a-milestone' }, parent: { id: 'a-parent' }, team: { id: data.teamId } },
    ...{ labelIds: [web.id, story.id], labels: { nodes: [web, story] } },
  });
  const fromRead = issueFromNode(node, fromWebhook.seenAt);
  expect(cachedIssueOf(fromRead, 'workspace')).toEqual(cachedIssueOf(fromWebhook, 'workspace'));
});

test.each<object>([
  { identifier: 'OPS-3' },
  { url: 'https://linear.app/elsewhere' },
  { title: 'Other' },
  { description: 'Other' },
  { priority: 4 },
  { estimate: 99 },
  { state: { id: 's', name: 'Done', type: 'completed' } },
  { labels: [story] },
  { assignee: { id: 'u', name: 'Somebody' } },
  { teamId: 'another-team' },
  { project: null, projectId: 'another-project' },
  { projectMilestoneId: 'a-milestone' },
  { parentId: 'a-parent' },
  { trashed: true },
  { archivedAt: '2026-01-01T00:00:00.000Z' },
])('%j changes the hash', (changes) => {
  expect(hashOf(changes)).not.toBe(hashOf({}));
});
