import { expect } from 'vitest';
import type { Operation } from '../../../local/linear/store/store.ts';
import { test as base } from '../../support/in-process/dependencies/dependency-test.ts';
import { settled } from '../../support/in-process/ingestion.ts';
import type { Interceptor } from '../../support/in-process/interceptor.ts';

/**
 * `force`: puts `blocks` relations into the local Linear that its API refuses. `tick`: one worker that does what is due,
 * the reconcile included, and must not fail. `served`: whether it gets done what it has to do beside the bad input.
 */
const test = base
  .extend('force', ({ ingestion, workspace }) => (pairs: readonly (readonly [string, string])[]): void => {
    const at = new Date(workspace.parts.deps.now()).toISOString();
    const stamps = {
      organizationId: workspace.organizationId,
      createdAt: at,
      updatedAt: at,
      archivedAt: null,
    };
    ingestion.store.commit(
      pairs.map(
        ([issueId, relatedIssueId]): Operation => ({
          set: 'IssueRelation',
          row: { id: crypto.randomUUID(), ...stamps, issueId, relatedIssueId, type: 'blocks' },
        }),
      ),
    );
  })
  .extend('tick', ({ poller, workspace, pass }) => async (around?: Interceptor): Promise<void> => {
    const { features, workspaces, now } = workspace.parts.deps;
    await settled();
    for (const body of workspace.webhooks()) await workspace.deliver(body);
    await pass(6 * 60_000);
    await workspaces.makeDue(workspace.workspaceId, now());
    for (let times = 0; times < 3; times++) {
      const due = (await features.due(now())).filter((each) => each.workspaceId === workspace.workspaceId);
      const served = await poller.container(around).serve(
        workspace.workspaceId,
        due.map(({ id }) => id),
        { deadline: now() + 40_000 },
      );
      expect(served).toBe('served');
    }
    expect((await workspace.row()).outages).toBe(0);
  })
  .extend('served', ({ poller, states, relate, tick }) => async (): Promise<void> => {
    const [blocker = '', blocked = ''] = await poller.create(['Blocks', 'Is blocked']);
    await relate(blocker, blocked);
    await tick();
    expect((await poller.feature(blocker)).claimAt).toBeDefined();
    expect((await poller.feature(blocked)).claimAt).toBeUndefined();
    await poller.move(blocker, states.Done);
    await tick();
    expect((await poller.feature(blocked)).claimAt).toBeDefined();
  });

const open = (linearIssueId: string) => expect.objectContaining({ linearIssueId, state: 'open' });

test('a feature that Linear says blocks itself is not ready and says so, and the others are served', async ({
  poller,
  force,
  tick,
  served,
  shows,
}) => {
  const id = await poller.one();
  force([[id, id]]);
  await tick();
  const row = await poller.feature(id);
  // Whether it counts or not is open; it must not be a riddle.
  if (row.claimAt === undefined) expect((await shows(id)).reason).toBe('blocked');
  await served();
});

test('a doubled relation blocks once, and deleting one of the two releases nothing', async ({
  ingestion,
  workspace,
  poller,
  force,
  tick,
  unrelate,
}) => {
  const [blocker = '', blocked = ''] = await poller.ready(2);
  force([
    [blocker, blocked],
    [blocker, blocked],
  ]);
  await tick();
  expect((await poller.feature(blocked)).blockers).toEqual([open(blocker)]);
  const relations = [...ingestion.store.collection('IssueRelation', workspace.organizationId).values()];
  const [one, other] = relations.filter(({ relatedIssueId }) => relatedIssueId === blocked);
  await unrelate(one?.id ?? '');
  await tick();
  expect(await poller.feature(blocked)).toMatchObject({ blockers: [open(blocker)] });
  expect((await poller.feature(blocked)).claimAt).toBeUndefined();
  await unrelate(other?.id ?? '');
  await tick();
  expect((await poller.feature(blocked)).claimAt).toBeDefined();
});

test.for(['issuesAndComments', 'blockersOf', 'relationsSince'])(
  'issues that vanish around the request %s fail nothing, and those that they blocked are released',
  async (request, { workspace, poller, relate, tick, served }) => {
    const purge = (id: string) =>
      workspace.graphql(
        'mutation($id: String!) { issueDelete(id: $id, permanentlyDelete: true) { success } }',
        {
          id,
        },
      );
    for (const when of ['before', 'after'] as const)
      for (const whose of ['blocker', 'blocked'] as const) {
        const [blocker = '', blocked = '', other = ''] = await poller.ready(3);
        await relate(blocker, blocked);
        await relate(blocker, other);
        if (request === 'blockersOf') await tick();
        const victim = whose === 'blocker' ? blocker : blocked;
        let isGone = false;
        await tick(async (to, what, call) => {
          const acts = to === 'linear' && what === request && !isGone;
          isGone ||= acts;
          if (acts && when === 'before') await purge(victim);
          const answer = await call();
          if (acts && when === 'after') await purge(victim);
          return answer;
        });
        expect(isGone, 'it was asked').toBe(true);
        await tick();
        await tick();
        const where = `${whose}, ${when}`;
        const { claimAt } = await poller.feature(other);
        expect(claimAt !== undefined, where).toBe(whose === 'blocker');
        await tick();
        expect((await poller.feature(victim)).withdrawn, where).toBeDefined();
      }
    await served();
  },
);

test('a feature that 500 issues block is ready when the last of them is done, whichever that is', async ({
  ingestion,
  workspace,
  poller,
  linear,
  force,
  tick,
  served,
}) => {
  const [blocked = ''] = await poller.ready(1);
  await workspace.seed({ issues: 500 });
  const rows = [...ingestion.store.collection('Issue', workspace.organizationId).values()];
  const blockers = rows.filter(({ title }) => /^Issue \d+$/.test(title));
  // Without the label, so that they are no features.
  ingestion.store.commit(
    blockers.map((issue): Operation => ({ set: 'Issue', row: { ...issue, labelIds: [] } })),
  );
  force(blockers.map(({ id }) => [id, blocked] as const));
  await tick();
  expect((await poller.feature(blocked)).blockers).toHaveLength(100);
  expect((await poller.feature(blocked)).claimAt).toBeUndefined();
  await served();

  // All but the one whose id comes last, without any webhook.
  const [last, ...others] = blockers.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const at = new Date(workspace.parts.deps.now()).toISOString();
  ingestion.store.commit(
    others.map(
      (issue): Operation => ({
        set: 'Issue',
        row: { ...issue, labelIds: [], stateId: linear.stateOf(issue.teamId, 'completed'), updatedAt: at },
      }),
    ),
  );
  await tick();
  await tick();
  expect((await poller.feature(blocked)).claimAt).toBeUndefined();
  expect((await poller.feature(blocked)).blockers?.[0]).toEqual(open(last?.id ?? ''));
  await poller.move(last?.id ?? '', last && linear.stateOf(last.teamId, 'completed'));
  await tick();
  expect((await poller.feature(blocked)).claimAt).toBeDefined();
});

test('the id of an issue of another tenant as a blocker changes nothing there, and tells nothing from there', async ({
  ingestion,
  workspace,
  poller,
  force,
  tick,
  served,
}) => {
  const stranger = await ingestion.connected();
  const { teamId, projects, labels } = await stranger.world();
  const foreign = await stranger.admin.createIssue({
    teamId,
    title: 'A secret',
    projectId: projects[0]?.id,
    labelIds: [labels.omakase],
  });
  await settled();
  for (const body of stranger.webhooks()) await stranger.deliver(body);
  await stranger.drain();
  const before = await stranger.feature(foreign);
  expect(before?.claimAt).toBeDefined();

  const [id = '', other = ''] = await poller.ready(2);
  force([[foreign, id]]);
  await tick();
  await served();

  // Linear says so, although the local one does not.
  const lies: Interceptor = async (to, what, call) => {
    const answer = await call();
    if (to !== 'linear' || !['issuesAndComments', 'blockersOf'].includes(what)) return answer;
    type Read = Map<string, { blockers: object[]; hidden: number }>;
    const read = (what === 'blockersOf' ? answer : (answer as { blockers: Read }).blockers) as Read;
    const claims = { linearIssueId: foreign, identifier: 'ENG-1', state: 'open' };
    if (read.has(other)) read.set(other, { blockers: [claims], hidden: 0 });
    return answer;
  };
  const { features, now } = workspace.parts.deps;
  await features.makeDue(await poller.feature(other), now());
  await tick(lies);
  await tick(lies);
  const row = await poller.feature(other);
  expect(row.blockers).toMatchObject([{ linearIssueId: foreign, identifier: 'ENG-1' }]);
  expect(row.cycle).toBeUndefined();
  expect(await stranger.feature(foreign)).toEqual(before);
  expect(JSON.stringify(row)).not.toContain('A secret');
  await served();
});
