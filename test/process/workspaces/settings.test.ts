import { describe, expect } from 'vitest';
import type { SettingsChanges } from '../../../shared/domain/workspaces/settings.ts';
import { changeSettings } from '../../../shared/use-cases/workspaces/change-settings.ts';
import { test as base } from '../../support/in-process/poller-test.ts';

type Deps = Parameters<typeof changeSettings>[0];

/** `saving` changes settings, and runs `first` each time between the decision and its save. */
const test = base.extend('saving', ({ workspace }) => {
  const { deps, row } = workspace.parts;
  return async (changes: SettingsChanges, first: (nth: number) => Promise<unknown>) => {
    let nth = 0;
    const workspaces = {
      ...deps.workspaces,
      saveSettings: async (...saved: Parameters<Deps['workspaces']['saveSettings']>) => {
        await first(++nth);
        return deps.workspaces.saveSettings(...saved);
      },
    };
    return changeSettings({ ...deps, workspaces })(await row(), changes);
  };
});

describe('two changes of settings at once', () => {
  test('keep the ids of the label that is set last', async ({ workspace, saving }) => {
    const { labels } = await workspace.world();
    await saving({ leaseMinutes: 7 }, async (nth) => {
      if (nth === 1) await workspace.changeSettings({ triggerLabel: 'Bug' });
    });
    const { settings, triggerLabelIds } = await workspace.row();
    expect([settings.leaseMinutes, settings.triggerLabel]).toEqual([7, 'Bug']);
    expect(triggerLabelIds).toEqual([labels.Bug]);
  });

  test('that both set a label leave the ids of the one that is saved last', async ({ workspace, saving }) => {
    const { labels } = await workspace.world();
    await saving({ triggerLabel: 'omakase' }, async (nth) => {
      if (nth === 1) await workspace.changeSettings({ triggerLabel: 'Bug' });
    });
    const { settings, triggerLabelIds } = await workspace.row();
    expect([settings.triggerLabel, triggerLabelIds]).toEqual(['omakase', [labels.omakase]]);
  });

  test('do not erase an id that a webhook learned in the meantime', async ({ workspace, saving }) => {
    const { deps } = workspace.parts;
    const learn = async () => {
      const row = await workspace.row();
      const triggerLabelIds = [...row.triggerLabelIds, 'learned'];
      const { triggerLabel } = row.settings;
      await deps.workspaces.followTrigger(row, { triggerLabel, triggerLabelIds }, deps.now());
    };
    await saving({ leaseMinutes: 8 }, async (nth) => (nth === 1 ? learn() : undefined));
    expect((await workspace.row()).triggerLabelIds).toContain('learned');
    // The ids of the former label are not carried over to the new one.
    const { labels } = await workspace.world();
    await saving({ triggerLabel: 'Bug' }, async (nth) => (nth === 1 ? learn() : undefined));
    expect((await workspace.row()).triggerLabelIds).toEqual([labels.Bug]);
  });

  test('end in a conflict that says what to do when others never stop changing them', async ({
    workspace,
    saving,
  }) => {
    let saves = 0;
    const endless = saving({ leaseMinutes: 9 }, async (nth) => {
      saves = nth;
      await workspace.changeSettings({ reconcileMinutes: 10 + nth });
    });
    await expect(endless).rejects.toMatchObject({ kind: 'conflict', message: /send the change again/ });
    expect(saves).toBe(5);
    expect((await workspace.row()).settings.leaseMinutes).toBe(15);
  });
});

describe('a mapped state', () => {
  const column = base
    .extend(
      'changeState',
      ({ workspace }) =>
        (id: string, name: string) =>
          workspace.graphql(
            'mutation($id: String!, $name: String!) { workflowStateUpdate(id: $id, input: { name: $name }) { success } }',
            { id, name },
          ),
    )
    .extend(
      'removeState',
      ({ workspace }) =>
        (id: string) =>
          workspace.graphql('mutation($id: String!) { workflowStateArchive(id: $id) { success } }', { id }),
    )
    .extend('createState', ({ workspace }) => async (teamId: string, name: string, type = 'started') => {
      const made = await workspace.graphql<{ workflowStateCreate: { workflowState: { id: string } } }>(
        'mutation($input: WorkflowStateCreateInput!) { workflowStateCreate(input: $input) { workflowState { id } } }',
        { input: { teamId, name, type, color: '#888888' } },
      );
      return made.workflowStateCreate.workflowState.id;
    });

  column(
    'is still used after it is renamed, and shown by its new name',
    async ({ poller, workspace, createState, changeState }) => {
      const { teamId } = await workspace.world();
      const shipped = await createState(teamId, 'Shipped');
      await workspace.changeSettings({ teamStatusMaps: { [teamId]: { passing: 'shipped' } } });
      expect((await workspace.row()).teamStateIds).toEqual({ [teamId]: { passing: shipped } });
      await changeState(shipped, 'Live');
      const id = await poller.one();
      await poller.passing(id);
      await poller.drain();
      expect((await poller.issue(id)).state.id).toBe(shipped);
      expect((await workspace.row()).settings.teamStatusMaps).toEqual({ [teamId]: { passing: 'Live' } });
    },
  );

  column(
    'that is archived leaves the issue where it is, and the feature and history say so',
    async ({ poller, workspace, createState, removeState, states }) => {
      const { teamId } = await workspace.world();
      const shipped = await createState(teamId, 'Shipped');
      await workspace.changeSettings({ statusMap: { passing: shipped } });
      expect((await workspace.row()).settings.statusMap).toEqual({ passing: 'Shipped' });
      const id = await poller.one();
      await removeState(shipped);
      await poller.passing(id);
      await poller.drain();
      const { state, comments } = await poller.issue(id);
      expect([state.id === states.Done, comments.nodes.length]).toEqual([false, 1]);
      const row = await poller.feature(id);
      expect(row).toMatchObject({ owed: {}, failure: expect.stringContaining('"Shipped"') });
      expect(row.dueAt).toBeUndefined();
      expect((await poller.history())[0]?.errors.join()).toContain('"Shipped"');
    },
  );

  column(
    'that is archived between our read of the states and our move does not send the issue to Done',
    async ({ poller, workspace, createState, removeState, states }) => {
      const { teamId } = await workspace.world();
      const shipped = await createState(teamId, 'Shipped');
      await workspace.changeSettings({ statusMap: { passing: 'Shipped' } });
      const id = await poller.one();
      await poller.passing(id);
      let moves = 0;
      await poller.serve([id], async (_, what, call) => {
        if (what !== 'mutate' || ++moves > 1) return call();
        await removeState(shipped);
        return { is: 'refused', at: 0, why: 'Entity not found: WorkflowState' } as never;
      });
      expect((await poller.issue(id)).state.id).not.toBe(states.Done);
      expect((await poller.feature(id)).failure).toContain('"Shipped"');
      expect((await poller.issue(id)).comments.nodes).toHaveLength(1);
    },
  );

  column(
    'that some teams lack is accepted with a warning, and their issues stay where they are',
    async ({ poller, workspace, createState, states }) => {
      const { teamId } = await workspace.world();
      const team = await poller.otherTeam();
      await createState(team.id, 'Shipped');
      const warnings = await workspace.changeSettings({ statusMap: { passing: 'Shipped' } });
      expect(warnings).toEqual([
        { field: 'settings.statusMap.passing', message: expect.stringContaining(teamId) },
      ]);
      expect(warnings[0]?.message).not.toContain(team.id);
      const id = await poller.one();
      await poller.passing(id);
      await poller.drain();
      expect((await poller.issue(id)).state.id).not.toBe(states.Done);
      expect((await poller.feature(id)).failure).toBeUndefined();

      // Once the team has such a state, it is used and stored by its id.
      const shipped = await createState(teamId, 'Shipped');
      workspace.advance(11 * 60_000);
      await poller.passing(id, 'run-2');
      await poller.drain();
      expect((await poller.issue(id)).state.id).toBe(shipped);
      expect((await workspace.row()).wideStateIds?.[teamId]).toEqual({ passing: shipped });
    },
  );

  column(
    'of a row that stores only its name is found by name once, and by id from then on',
    async ({ poller, workspace, createState, changeState }) => {
      const { teamId } = await workspace.world();
      const shipped = await createState(teamId, 'Shipped');
      await poller.set({ teamStatusMaps: { [teamId]: { passing: 'Shipped' } } });
      expect((await workspace.row()).teamStateIds).toBeUndefined();
      const [one = '', other = ''] = await poller.ready(2);
      await poller.passing(one);
      await poller.drain();
      expect((await workspace.row()).teamStateIds).toEqual({ [teamId]: { passing: shipped } });
      await changeState(shipped, 'Live');
      await poller.passing(other);
      await poller.drain();
      expect((await poller.issue(other)).state.id).toBe(shipped);
    },
  );

  column(
    'for pending that is archived does not keep a feature from being handed out again',
    async ({ poller, workspace, createState, removeState }) => {
      const { teamId } = await workspace.world();
      const queue = await createState(teamId, 'Queue', 'unstarted');
      await workspace.changeSettings({ statusMap: { pending: 'Queue' } });
      const id = await poller.one();
      await removeState(queue);
      await poller.report(id, { status: 'in_progress', runId: 'run-1' });
      await poller.report(id, { status: 'failing', runId: 'run-1' });
      await poller.report(id, { status: 'pending', runId: 'run-1' });
      await poller.drain();
      expect(await poller.feature(id)).toMatchObject({
        claimAt: expect.any(String),
        failure: expect.stringContaining('"Queue"'),
      });
    },
  );
});

test('a renamed trigger label is found by the next reconcile when its webhook is lost', async ({
  workspace,
}) => {
  const { labels } = await workspace.world();
  await workspace.graphql(
    'mutation($id: String!) { issueLabelUpdate(id: $id, input: { name: "for agents" }) { success } }',
    { id: labels.omakase },
  );
  expect(await workspace.requestsOf(() => workspace.reconcile())).toBe(1);
  const { settings, triggerLabelIds, sync } = await workspace.row();
  expect([settings.triggerLabel, triggerLabelIds, sync?.plan]).toEqual([
    'for agents',
    [labels.omakase],
    'full',
  ]);
  const again = await workspace.requestsOf(() => workspace.reconcile());
  expect([again, (await workspace.row()).syncAgain]).toEqual([1, undefined]);
});
