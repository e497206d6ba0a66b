import { expect } from 'vitest';
import { connectWorkspace } from '../../../testing/connected.ts';
import { test as base } from '../../support/in-process/dependencies/dependency-test.ts';
import { settled } from '../../support/in-process/ingestion.ts';

const HOUR_MS = 3_600_000;

/**
 * `hidden`: a private team that the app cannot see. `moveTo`: people move an issue to another team. `isHeld`: whether
 * an issue's feature is kept from being handed out.
 */
const test = base
  .extend('hidden', async ({ workspace }) => {
    const { teamCreate } = await workspace.graphql<{ teamCreate: { team: { id: string } } }>(
      'mutation { teamCreate(input: { name: "Secret", key: "SEC", private: true }) { team { id } } }',
      {},
    );
    return teamCreate.team.id;
  })
  .extend(
    'moveTo',
    ({ poller }) =>
      (id: string, teamId: string) =>
        poller.edit(id, { teamId }),
  )
  .extend('isHeld', ({ poller }) => async (id: string): Promise<boolean> => {
    const { claimAt, blockers = [] } = await poller.feature(id);
    const isBlocked = blockers.some(({ state }) => state === 'open');
    expect(isBlocked, 'its row agrees').toBe(claimAt === undefined);
    return isBlocked;
  });

const ways = ['byWebhooks', 'byReconcile'] as const;

test.for(ways)(
  'a blocker that is moved out of sight releases, and holds again once it is back (%s)',
  async (how, { workspace, poller, hidden, moveTo, relate, learn, pass, serveDue, isHeld }) => {
    const [blocker = '', blocked = ''] = await poller.ready(2);
    const { teamId } = await workspace.world();
    await relate(blocker, blocked);
    await learn.byReconcile();
    await pass(2 * 60_000);
    await serveDue();
    expect(await isHeld(blocked)).toBe(true);
    await moveTo(blocker, hidden);
    // No webhook tells of it.
    await learn.byReconcile();
    expect(await isHeld(blocked)).toBe(false);
    await pass(3 * HOUR_MS);
    await moveTo(blocker, teamId);
    await learn[how]();
    expect(await isHeld(blocked)).toBe(true);
  },
);

test('a relation that was made out of sight holds within a day after its issue came into sight', async ({
  workspace,
  poller,
  hidden,
  moveTo,
  relate,
  learn,
  pass,
  isHeld,
}) => {
  const [blocker = '', blocked = '', other = '', another = ''] = await poller.ready(4);
  const { teamId } = await workspace.world();
  await moveTo(blocker, hidden);
  await relate(blocker, blocked);
  await pass(HOUR_MS);
  // The newest relation that the app sees.
  await relate(other, another);
  await learn.byReconcile();
  expect(await isHeld(another)).toBe(true);
  expect(await isHeld(blocked)).toBe(false);
  await pass(3 * HOUR_MS);
  await learn.byReconcile();
  await moveTo(blocker, teamId);
  // A token lives for a day, so Linear's clock stands still meanwhile.
  workspace.pass(25 * HOUR_MS);
  await learn.byReconcile();
  expect(await isHeld(blocked)).toBe(true);
});

test('a team that the app is given access to holds back what its issues block', async ({
  workspace,
  poller,
  relate,
  learn,
  serveDue,
  isHeld,
}) => {
  const [blocked = ''] = await poller.ready(1);
  const { id: otherTeamId } = await poller.otherTeam();
  const { teamId } = await workspace.world();
  await workspace.access({ canAccessAllPublicTeams: false, teamIds: [teamId] });
  await learn.byWebhooks();
  const sync = async () => {
    workspace.advance(95_000);
    await workspace.runSync();
    await serveDue();
  };
  await sync();
  const blocker = await poller.createIssue({ teamId: otherTeamId, title: 'Elsewhere' });
  await relate(blocker, blocked);
  await learn.byReconcile();
  expect(await isHeld(blocked)).toBe(false);
  await workspace.access({ canAccessAllPublicTeams: true, teamIds: [] });
  await learn.byWebhooks();
  await sync();
  expect(await isHeld(blocked)).toBe(true);
});

test('a relation that was made while the workspace was not connected holds afterwards', async ({
  workspace,
  poller,
  relate,
  pass,
  learn,
  serveDue,
  isHeld,
}) => {
  const [blocker = '', blocked = ''] = await poller.ready(2);
  await workspace.disconnect();
  await relate(blocker, blocked);
  await settled();
  workspace.webhooks();
  await pass(3 * HOUR_MS);
  const { workspaces, now } = workspace.parts.deps;
  const { linearOrganizationId, linearOrganizationName, appUserId } = await workspace.row();
  const same = { linearOrganizationId, linearOrganizationName, appUserId };
  await connectWorkspace(workspaces, { id: workspace.workspaceId, now: now() }, same);
  await workspace.runSync();
  await serveDue();
  await learn.byReconcile();
  expect(await isHeld(blocked)).toBe(true);
});

test('a relation that was made during an outage of two days holds afterwards', async ({
  workspace,
  poller,
  relate,
  pass,
  learn,
  isHeld,
}) => {
  const [blocker = '', blocked = ''] = await poller.ready(2);
  await relate(blocker, blocked);
  await settled();
  workspace.webhooks();
  // A token lives for a day, so Linear's clock stands still meanwhile.
  workspace.pass(48 * HOUR_MS);
  await learn.byReconcile();
  expect(await isHeld(blocked)).toBe(true);
  expect(pass).toBeDefined();
});

test('a blocker that was done only for a moment holds again, even if a single feature noticed', async ({
  workspace,
  poller,
  states,
  relate,
  learn,
  pass,
  serveDue,
  isHeld,
}) => {
  const [blocker = '', blocked = ''] = await poller.ready(2);
  await relate(blocker, blocked);
  await learn.byReconcile();
  await pass(2 * 60_000);
  await serveDue();
  await poller.move(blocker, states.Done);
  const { features, now } = workspace.parts.deps;
  await features.makeDue(await poller.feature(blocked), now());
  await poller.serve([blocked]);
  expect(await isHeld(blocked)).toBe(false);
  await poller.move(blocker, states.Todo);
  await learn.byReconcile();
  expect(await isHeld(blocked)).toBe(true);
});
