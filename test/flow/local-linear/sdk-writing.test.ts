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

/** What the official client can do with issues. */

beforeAll(startClient);
beforeEach(resetLinear);
afterAll(stopClient);

const state = async (type: string) =>
  (await (await linear.team('ENG')).states({ filter: { type: { eq: type } } })).nodes[0]?.id ?? '';

describe('with the official client', () => {
  test('a new issue without a state goes to the backlog', async () => {
    const issue = await h.newIssue({ description: '* a  \r\n* b\n' });
    expect(issue).toMatchObject({ title: 'New', description: '- a\n- b', priority: 0 });
    expect((await issue.state)?.type).toBe('backlog');
    expect((await issue.creator)?.name).toBe('Ana Silva');
  });
  test('a new issue can have every field', async () => {
    const issue = await h.newIssue({
      stateId: await state('started'),
      projectId: await h.projectId('Checkout revamp'),
      labelIds: [await h.labelId('omakase')],
      priority: 1,
      estimate: 5,
      dueDate: '2026-12-24',
    });
    expect(issue).toMatchObject({ priority: 1, estimate: 5, dueDate: '2026-12-24' });
    expect((await issue.project)?.name).toBe('Checkout revamp');
    expect(issue.startedAt).toBeInstanceOf(Date);
  });
  test('a client-supplied id can be used once', async () => {
    const id = crypto.randomUUID();
    expect((await h.newIssue({ id })).id).toBe(id);
    await expect(linear.createIssue({ id, teamId, title: 'Again' })).rejects.toThrow(
      'onflict on insert of Issue',
    );
  });
  test('labels can be added and removed one by one, or replaced together', async () => {
    const [omakase, web, backend] = [
      await h.labelId('omakase'),
      await h.labelId('web'),
      await h.labelId('backend'),
    ];
    const issue = await h.newIssue({ labelIds: [web] });
    await issue.update({ addedLabelIds: [omakase, web] });
    expect((await linear.issue(issue.id)).labelIds).toEqual([web, omakase]);
    await issue.update({ removedLabelIds: [web], addedLabelIds: [backend] });
    expect((await linear.issue(issue.id)).labelIds).toEqual([omakase, backend]);
    await issue.update({ labelIds: [web] });
    expect((await linear.issue(issue.id)).labelIds).toEqual([web]);
    await linear.issueAddLabel(issue.id, omakase);
    await linear.issueRemoveLabel(issue.id, web);
    expect((await linear.issue(issue.id)).labelIds).toEqual([omakase]);
  });
  test('entering a state sets startedAt, completedAt or canceledAt', async () => {
    const issue = await h.newIssue();
    const moved = async (type: string) => {
      await issue.update({ stateId: await state(type) });
      const { startedAt, completedAt, canceledAt } = await linear.issue(issue.id);
      return [startedAt, completedAt, canceledAt].map(Boolean);
    };
    expect(await moved('started')).toEqual([true, false, false]);
    expect(await moved('completed')).toEqual([true, true, false]);
    expect(await moved('canceled')).toEqual([true, false, true]);
    expect(await moved('duplicate')).toEqual([true, false, true]);
    expect(await moved('backlog')).toEqual([false, false, false]);
  });
  test('an update without a change does not move updatedAt', async () => {
    const issue = await h.newIssue();
    await issue.update({ title: 'New', priority: 0 });
    expect((await linear.issue(issue.id)).updatedAt).toEqual(issue.updatedAt);
  });
  test('a move to another team changes the identifier, and the old one still finds the issue', async () => {
    const issue = await h.newIssue({
      projectId: await h.projectId('Checkout revamp'),
      labelIds: [await h.labelId('omakase')],
    });
    const ops = await linear.team('OPS');
    await issue.update({ teamId: ops.id });
    const moved = await linear.issue(issue.identifier);
    expect(moved.id).toBe(issue.id);
    expect(moved.identifier).toMatch(/^OPS-/);
    expect(moved.previousIdentifiers).toEqual([issue.identifier]);
    expect(moved.labelIds).toHaveLength(1);
    expect(await moved.project).toBeUndefined();
  });
  test('a sub-issue has a parent, and no issue can be its own ancestor', async () => {
    const parent = await h.newIssue({ title: 'Parent' });
    const child = await h.newIssue({ title: 'Child', parentId: parent.identifier });
    expect((await child.parent)?.id).toBe(parent.id);
    expect((await parent.children()).nodes.map(({ id }) => id)).toEqual([child.id]);
    await expect(parent.update({ parentId: child.id })).rejects.toThrow('ancestor');
  });
  test('assigning an issue to an app makes the app its delegate', async () => {
    const { access_token } = await h.connect({ scope: 'read,write,app:assignable' });
    const app = await h.clientOf(access_token).viewer;
    const issue = await h.newIssue({ assigneeId: app.id });
    expect((await issue.delegate)?.id).toBe(app.id);
    expect(await issue.assignee).toBeUndefined();
    const filter = { delegate: { id: { eq: app.id } } };
    expect((await linear.issues({ filter })).nodes).toHaveLength(1);
  });
  test('a batch creates or updates all of its issues or none', async () => {
    const batch = await linear.createIssueBatch({
      issues: ['One', 'Two', 'Three'].map((title) => ({ teamId, title })),
    });
    const ids = batch.issues.map(({ id }) => id);
    expect(ids).toHaveLength(3);
    await linear.updateIssueBatch(ids, { priority: 2 });
    expect((await linear.issues({ filter: { id: { in: ids }, priority: { eq: 2 } } })).nodes).toHaveLength(3);
    const half = [ids[0] ?? '', crypto.randomUUID()];
    await expect(linear.updateIssueBatch(half, { priority: 1 })).rejects.toThrow('Entity not found');
    expect((await linear.issues({ filter: { priority: { eq: 1 }, id: { in: ids } } })).nodes).toEqual([]);
    const many = Array.from({ length: 51 }, () => ids[0] ?? '');
    await expect(linear.updateIssueBatch(many, { priority: 1 })).rejects.toThrow('no more than 50');
  });
  test('an issue can be archived, restored, trashed and permanently deleted', async () => {
    const issue = await h.newIssue();
    const filter = { id: { eq: issue.id } };
    const seen = async () => (await linear.issues({ filter })).nodes.length;
    await issue.archive();
    expect(await seen()).toBe(0);
    expect((await linear.issues({ filter, includeArchived: true })).nodes[0]?.archivedAt).toBeInstanceOf(
      Date,
    );
    await issue.unarchive();
    expect(await seen()).toBe(1);
    await issue.delete();
    expect((await linear.issue(issue.id)).trashed).toBe(true);
    await linear.deleteIssue(issue.id, { permanentlyDelete: true });
    await expect(linear.issue(issue.id)).rejects.toThrow('Entity not found');
  });
  test('the history records who changed what, once an issue is older than three minutes', async () => {
    const issue = await h.newIssue();
    await issue.update({ title: 'Not recorded' });
    await h.local('clock', { advanceMs: 4 * MINUTE_MS });
    const done = await state('completed');
    await issue.update({ stateId: done, addedLabelIds: [await h.labelId('web')], priority: 2 });
    const [entry, ...others] = (await issue.history()).nodes;
    expect(others).toEqual([]);
    expect((await entry?.actor)?.name).toBe('Ana Silva');
    expect((await entry?.toState)?.id).toBe(done);
    expect(entry).toMatchObject({ fromPriority: 0, toPriority: 2, addedLabelIds: [await h.labelId('web')] });
  });
});
