import { describe, expect } from 'vitest';
import { presentListedFeature } from '../../../lambdas/api/features/present.ts';
import { isListed } from '../../../shared/domain/features/feature.ts';
import { settled } from '../../support/in-process/ingestion.ts';
import { test as base } from '../../support/in-process/poller-test.ts';

const HELD = { status: 'pending', heldBySubIssues: true };
const READY = { status: 'pending', claimAt: expect.any(String) };

/**
 * `learnBy`: delivers the webhooks, or loses them and reconciles; then serves what is due. `family`: an issue and its
 * sub-issue, both with the label.
 */
const test = base
  .extend('learnBy', ({ poller, workspace }) => async (how: string) => {
    await settled();
    if (how === 'a webhook') await poller.receive();
    else {
      workspace.webhooks();
      await workspace.reconcile();
    }
    await poller.drain();
  })
  .extend('family', ({ poller, learnBy }) => async () => {
    const [parent = '', child = '', other = ''] = await poller.create(['Parent', 'Child', 'Other']);
    await poller.edit(child, { parentId: parent });
    await learnBy('a webhook');
    return { parent, child, other };
  });

const ways = ['a webhook', 'a reconcile'];

describe('a parent with an open sub-issue that carries the label', () => {
  test('is not ready and says why, while the sub-issue is ready and names it', async ({
    poller,
    family,
    workspace,
  }) => {
    const { parent, child } = await family();
    const rows = { parent: await poller.feature(parent), child: await poller.feature(child) };
    expect(rows.parent).toMatchObject(HELD);
    expect(rows.parent.claimAt ?? rows.parent.readyAt ?? rows.parent.dueAt).toBeUndefined();
    expect(rows.child).toMatchObject(READY);
    const project = await workspace.project((await workspace.world()).projects[0]?.id ?? '');
    if (!isListed(rows.parent) || !isListed(rows.child) || !project) throw new Error('Something is missing.');
    const around = { workspace: await workspace.row(), project, now: workspace.parts.deps.now() };
    const shown = presentListedFeature(rows.parent, around);
    expect(shown).toMatchObject({ ready: false, claimable: false, reason: 'has_open_sub_issues' });
    expect(shown.parent).toBeUndefined();
    expect(presentListedFeature(rows.child, around)).toMatchObject({
      ready: true,
      parent: { linearIssueId: parent, featureId: rows.parent.id },
    });
  });

  const acts = ['closed', 'unlabelled', 'moved to another parent', 'deleted', 'archived'];
  test.for(ways.flatMap((how) => acts.map((what) => ({ what, how }))))(
    'is ready once the sub-issue is $what and $how shows it',
    async ({ what, how }, { poller, workspace, states, family, learnBy }) => {
      const { parent, child, other } = await family();
      // So that the reconcile reads the sub-issue only, and not the parent in its overlap.
      for (let times = 0; times < 2; times++) {
        await workspace.reconcile();
        workspace.advance(6 * 60_000);
      }
      await workspace.reconcile();
      await poller.drain();
      if (what === 'closed') await poller.move(child, states.Done);
      if (what === 'unlabelled') await poller.edit(child, { labelIds: [] });
      if (what === 'moved to another parent') await poller.edit(child, { parentId: other });
      if (what === 'deleted' || what === 'archived') {
        const mutation = what === 'deleted' ? 'issueDelete' : 'issueArchive';
        await workspace.graphql(`mutation($id: String!) { ${mutation}(id: $id) { success } }`, { id: child });
      }
      await learnBy(how);
      const row = await poller.feature(parent);
      expect(row).toMatchObject(READY);
      expect(row.heldBySubIssues).toBeUndefined();
      if (what === 'moved to another parent') expect(await poller.feature(other)).toMatchObject(HELD);
    },
  );

  test.for(ways)('stops being ready when %s shows the sub-issue', async (how, { poller, learnBy }) => {
    const [parent = '', child = ''] = await poller.create(['Parent', 'Child']);
    await poller.drain();
    expect(await poller.feature(parent)).toMatchObject(READY);
    await poller.edit(child, { parentId: parent });
    await learnBy(how);
    const row = await poller.feature(parent);
    expect(row).toMatchObject(HELD);
    expect(row.claimAt).toBeUndefined();
  });

  test('is held by a label of the same name whose id is not known yet', async ({
    poller,
    workspace,
    learnBy,
  }) => {
    const [parent = '', child = ''] = await poller.create(['Parent', 'Child']);
    await poller.drain();
    const { workspaces, now } = workspace.parts.deps;
    await workspaces.followTrigger(
      await workspace.row(),
      { triggerLabel: 'omakase', triggerLabelIds: [] },
      now(),
    );
    await poller.edit(child, { parentId: parent });
    await learnBy('a reconcile');
    expect(await poller.feature(parent)).toMatchObject(HELD);
  });

  test('is held again when the sub-issue is opened again', async ({ poller, states, family, learnBy }) => {
    const { parent, child } = await family();
    await poller.move(child, states.Done);
    await learnBy('a webhook');
    await poller.move(child, states.Todo);
    await learnBy('a webhook');
    expect(await poller.feature(parent)).toMatchObject(HELD);
  });

  test('is held even if the worker had read Linear before the sub-issue appeared', async ({ poller }) => {
    const [parent = '', child = ''] = await poller.create(['Parent', 'Child']);
    await poller.serve([parent], async (to, what, call) => {
      const result = await call();
      if (to === 'linear' && what === 'issuesAndComments') {
        await poller.edit(child, { parentId: parent });
        await settled();
        await poller.receive();
      }
      return result;
    });
    expect((await poller.feature(parent)).claimAt).toBeUndefined();
    await poller.drain();
    expect(await poller.feature(parent)).toMatchObject(HELD);
  });

  test('stays with the run that took it earlier', async ({ poller, learnBy }) => {
    const [parent = '', child = ''] = await poller.create(['Parent', 'Child']);
    await poller.drain();
    await poller.report(parent, { status: 'in_progress', runId: 'run-1' });
    await poller.edit(child, { parentId: parent });
    await learnBy('a webhook');
    expect(await poller.feature(parent)).toMatchObject({ status: 'in_progress', runId: 'run-1' });
  });

  test('is announced once no sub-issue holds it, and an earlier announcement stays valid', async ({
    poller,
    workspace,
    states,
    family,
  }) => {
    const { parent, child } = await family();
    await poller.set({ dispatch: 'push' });
    const { id } = await poller.feature(parent);
    const announced = () => poller.announced.filter(({ feature }) => feature.id === id);
    await poller.serve([parent]);
    expect(announced()).toEqual([]);
    await poller.move(child, states.Done);
    await settled();
    await poller.receive();
    await poller.serve([parent]);
    expect(announced()).toHaveLength(1);
    await poller.move(child, states.Todo);
    await settled();
    await poller.receive();
    await poller.serve([parent]);
    expect((await poller.feature(parent)).readyAt).toBeDefined();
    workspace.advance(16 * 60_000);
    await poller.serve([parent]);
    expect(await poller.feature(parent)).toMatchObject(HELD);
    expect(announced()).toHaveLength(1);
  });

  test('is handed out only while the setting includes parents', async ({ poller, workspace, family }) => {
    const { parent } = await family();
    const change = async (parents: 'exclude' | 'include') => {
      await workspace.changeSettings({ parents });
      workspace.advance(95_000);
      await workspace.runSync();
      await poller.drain();
    };
    await change('include');
    expect(await poller.feature(parent)).toMatchObject(READY);
    await change('exclude');
    expect(await poller.feature(parent)).toMatchObject(HELD);
  });
});
