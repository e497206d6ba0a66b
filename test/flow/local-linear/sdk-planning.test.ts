import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../support/local-linear/harness.ts';
import {
  h,
  linear,
  resetLinear,
  startClient,
  stopClient,
  teamId,
} from '../../support/local-linear/official-client.ts';

/** The official client writes comments, attachments, relations, labels, projects, milestones, cycles and teams. */

beforeAll(startClient);
beforeEach(resetLinear);
afterAll(stopClient);

describe('with the official client', () => {
  test('a comment’s Markdown is rewritten, and it can be edited and deleted with its replies', async () => {
    const issue = await h.newIssue();
    const url = issue.url;
    const comment = await (await linear.createComment({ issueId: issue.identifier, body: `* see ${url}\n` }))
      .comment;
    expect(comment?.body).toBe(`- see [${issue.identifier}](${url})`);
    const reply = { issueId: issue.id, parentId: comment?.id ?? '', body: 'Yes' };
    await linear.createComment(reply);
    const replies = await linear.comments({ filter: { parent: { id: { eq: comment?.id ?? '' } } } });
    expect(replies.nodes.map(({ body }) => body)).toEqual(['Yes']);
    await comment?.update({ body: 'Edited' });
    const edited = await linear.comment({ id: comment?.id ?? '' });
    expect(edited).toMatchObject({ body: 'Edited', editedAt: expect.any(Date) });
    await comment?.delete();
    expect((await issue.comments()).nodes).toEqual([]);
  });
  test('a reply must name the root of a thread on the same issue', async () => {
    const [issue, other] = [await h.newIssue(), await h.newIssue()];
    const root = await (await linear.createComment({ issueId: issue.id, body: 'Root' })).comment;
    const reply = await (
      await linear.createComment({ issueId: issue.id, parentId: root?.id ?? '', body: 'Reply' })
    ).comment;
    const nested = { issueId: issue.id, parentId: reply?.id ?? '', body: 'Nested' };
    await expect(linear.createComment(nested)).rejects.toThrow('top level');
    const elsewhere = { issueId: other.id, parentId: root?.id ?? '', body: 'Elsewhere' };
    await expect(linear.createComment(elsewhere)).rejects.toThrow('same issue');
  });
  test('an issue has one attachment per URL', async () => {
    const issue = await h.newIssue();
    const url = 'https://example.test/run/1';
    const first = await linear.createAttachment({ issueId: issue.identifier, url, title: 'Run' });
    const second = await linear.createAttachment({
      issueId: issue.id,
      url,
      title: 'Done',
      metadata: { n: 1 },
    });
    expect(second.attachmentId).toBe(first.attachmentId);
    const [found] = (await linear.attachmentsForURL(url)).nodes;
    expect(found).toMatchObject({ title: 'Done', metadata: { n: 1 } });
    expect((await found?.issue)?.id).toBe(issue.id);
    await linear.updateAttachment(found?.id ?? '', { title: 'Renamed', subtitle: 'late' });
    expect((await issue.attachments()).nodes[0]).toMatchObject({ title: 'Renamed', subtitle: 'late' });
    await linear.deleteAttachment(found?.id ?? '');
    expect((await issue.attachments()).nodes).toEqual([]);
    await expect(linear.createAttachment({ issueId: issue.id, url: 'no url', title: 'x' })).rejects.toThrow(
      'URL',
    );
  });
  test('a relation is visible from both issues', async () => {
    const [a, b] = [await h.newIssue({ title: 'A' }), await h.newIssue({ title: 'B' })];
    const input = { issueId: a.id, relatedIssueId: b.identifier, type: 'blocks' as never };
    const relation = await (await linear.createIssueRelation(input)).issueRelation;
    expect((await (await a.relations()).nodes[0]?.relatedIssue)?.id).toBe(b.id);
    expect((await (await b.inverseRelations()).nodes[0]?.issue)?.id).toBe(a.id);
    await expect(linear.createIssueRelation(input)).rejects.toThrow('already related');
    await linear.deleteIssueRelation(relation?.id ?? '');
    expect((await a.relations()).nodes).toEqual([]);
  });
  test('a relation can change its type and either of its issues', async () => {
    const [a, b, c] = [await h.newIssue(), await h.newIssue(), await h.newIssue()];
    const relate = async (issueId: string, relatedIssueId: string, type: string) =>
      (await (
        await linear.createIssueRelation({ issueId, relatedIssueId, type: type as never })
      ).issueRelation) ?? expect.fail('creation returned no relation');
    const [first, other] = [await relate(a.id, b.id, 'related'), await relate(a.id, c.id, 'blocks')];
    const changed = await (await first.update({ type: 'blocks', issueId: c.identifier })).issueRelation;
    expect(changed).toMatchObject({ id: first.id, type: 'blocks', issueId: c.id, relatedIssueId: b.id });
    expect(changed?.updatedAt.getTime()).toBeGreaterThan(first.updatedAt.getTime());
    expect((await b.inverseRelations()).nodes.map(({ issueId }) => issueId)).toEqual([c.id]);
    const same = await (await first.update({ type: 'blocks' })).issueRelation;
    expect(same?.updatedAt).toEqual(changed?.updatedAt);
    await first.update({ relatedIssueId: a.id });
    expect((await b.inverseRelations()).nodes).toEqual([]);
    const [newest] = (await linear.issueRelations({ first: 1, orderBy: 'updatedAt' as never })).nodes;
    expect(newest?.id).toBe(first.id);

    await expect(first.update({ type: 'delays' })).rejects.toThrow('Argument Validation Error');
    await expect(first.update({ relatedIssueId: c.id })).rejects.toThrow('to itself');
    await expect(first.update({ issueId: a.id, relatedIssueId: c.id })).rejects.toThrow('already related');
    await expect(other.update({ issueId: crypto.randomUUID() })).rejects.toThrow('Entity not found: Issue');
    await expect(linear.updateIssueRelation(crypto.randomUUID(), {})).rejects.toThrow(
      'Entity not found: IssueRelation',
    );
  });
  test('only applications can use createAsUser', async () => {
    const issue = await h.newIssue();
    const input = { issueId: issue.id, body: 'As Zed', createAsUser: 'Zed' };
    await expect(linear.createComment(input)).rejects.toThrow('actor=app');
    const app = h.clientOf((await h.connect()).access_token);
    expect((await app.createComment(input)).success).toBe(true);
  });
});

describe('with the official client', () => {
  test('labels can be created, renamed and deleted, and issues lose deleted labels', async () => {
    const created = await (await linear.createIssueLabel({ name: 'fresh', color: '#123456' })).issueLabel;
    const issue = await h.newIssue({ labelIds: [created?.id ?? ''] });
    await linear.updateIssueLabel(created?.id ?? '', { name: 'stale' });
    expect((await issue.labels()).nodes.map(({ name }) => name)).toEqual(['stale']);
    await expect(linear.createIssueLabel({ name: 'STALE' })).rejects.toThrow('Duplicate label name');
    await linear.deleteIssueLabel(created?.id ?? '');
    expect((await linear.issue(issue.id)).labelIds).toEqual([]);
  });
  test('a label group, two labels of one group and another team’s label cannot be added to an issue', async () => {
    const issue = await h.newIssue();
    await expect(issue.update({ addedLabelIds: [await h.labelId('Kind')] })).rejects.toThrow('group');
    const both = [await h.labelId('Bug'), await h.labelId('Feature')];
    await expect(issue.update({ labelIds: both })).rejects.toThrow('exclusive');
    await expect(issue.update({ addedLabelIds: [await h.labelId('on-call')] })).rejects.toThrow(
      'incorrect team',
    );
  });
  test('projects can be created, changed by slug, archived and deleted', async () => {
    const created = await (await linear.createProject({ name: 'Search', teamIds: [teamId] })).project;
    expect((await created?.status)?.type).toBe('backlog');
    const done = (await linear.projectStatuses()).nodes.find(({ type }) => type === 'completed');
    await linear.updateProject(created?.slugId ?? '', { name: 'Find', statusId: done?.id ?? '' });
    expect(await linear.project(created?.id ?? '')).toMatchObject({
      name: 'Find',
      completedAt: expect.any(Date),
    });
    await linear.archiveProject(created?.id ?? '');
    expect((await linear.projects({ filter: { name: { eq: 'Find' } } })).nodes).toEqual([]);
    await linear.unarchiveProject(created?.id ?? '');
    await linear.deleteProject(created?.id ?? '');
    expect((await linear.project(created?.id ?? '')).trashed).toBe(true);
  });
  test('an issue can have only a milestone of its own project', async () => {
    const projectId = await h.projectId('Checkout revamp');
    const beta = await (await linear.createProjectMilestone({ name: 'Beta', projectId })).projectMilestone;
    const issue = await h.newIssue({ projectId, projectMilestoneId: beta?.id });
    expect((await issue.projectMilestone)?.name).toBe('Beta');
    expect((await (await linear.project(projectId)).projectMilestones()).nodes).toHaveLength(1);
    await expect(h.newIssue({ projectMilestoneId: beta?.id })).rejects.toThrow('milestone');
    await issue.update({ projectId: null });
    expect(await (await linear.issue(issue.id)).projectMilestone).toBeUndefined();
    await linear.deleteProjectMilestone(beta?.id ?? '');
    expect((await linear.projectMilestones()).nodes).toEqual([]);
  });
  test('an issue can have only a cycle of its own team', async () => {
    const startsAt = new Date(Date.now() - MINUTE_MS);
    const endsAt = new Date(Date.now() + 14 * 24 * 60 * MINUTE_MS);
    const cycle = await (await linear.createCycle({ teamId, startsAt, endsAt, name: 'First' })).cycle;
    expect(cycle).toMatchObject({ number: 1, name: 'First', startsAt, isActive: true });
    const issue = await h.newIssue({ cycleId: cycle?.id });
    expect((await cycle?.issues())?.nodes.map(({ id }) => id)).toEqual([issue.id]);
    expect((await linear.issues({ filter: { cycle: { number: { eq: 1 } } } })).nodes).toHaveLength(1);
    await linear.archiveCycle(cycle?.id ?? '');
    expect(await (await linear.issue(issue.id)).cycle).toBeUndefined();
    await expect(linear.createCycle({ teamId, startsAt: endsAt, endsAt: startsAt })).rejects.toThrow(
      'endsAt',
    );
  });
  test('a team and its states can be created and renamed, and old identifiers still work', async () => {
    const team = await (await linear.createTeam({ name: 'Design' })).team;
    expect(team?.key).toBe('DES');
    const issue = await h.newIssue({ teamId: team?.id });
    await linear.updateTeam(team?.id ?? '', { key: 'UX', name: 'Experience' });
    const renamed = await linear.issue('DES-1');
    expect(renamed).toMatchObject({ id: issue.id, identifier: 'UX-1' });
    const input = { teamId: team?.id ?? '', name: 'Testing', color: '#00ff00', type: 'started' };
    const testing = await (await linear.createWorkflowState(input)).workflowState;
    await linear.updateWorkflowState(testing?.id ?? '', { name: 'Checking' });
    await issue.update({ stateId: testing?.id ?? '' });
    expect((await (await linear.issue(issue.id)).state)?.name).toBe('Checking');
    await expect(linear.archiveWorkflowState(testing?.id ?? '')).rejects.toThrow('state');
  });
});
