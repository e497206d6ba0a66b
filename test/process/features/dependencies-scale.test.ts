import { expect } from 'vitest';
import type { Operation } from '../../../local/linear/store/store.ts';
import { withAwaited } from '../../../shared/domain/features/awaited.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { claim } from '../../../shared/use-cases/features/claim.ts';
import { test as base } from '../../support/in-process/dependencies/dependency-test.ts';
import { settled } from '../../support/in-process/ingestion.ts';
import { mortal } from '../../support/in-process/mortal.ts';

/** `CHAIN=1000 DEPENDENTS=5000` is the size that we promise. */
const CHAIN = Number(process.env.CHAIN ?? 300);
const DEPENDENTS = Number(process.env.DEPENDENTS ?? 500);
/** More than a tick has, because a busy machine says nothing about how much one does. */
const TICK_MS = 300_000;
/** A worker that died holds its lease for a minute. */
const AFTER_DEATH_MS = 61_000;

/**
 * `seeded`: imports issues, of which `pairs` says which (by number) blocks which; 0 is an issue of its own. `tick`: one
 * tick without a reconcile.
 */
const test = base
  .extend('tick', ({ poller, workspace }) => async (): Promise<void> => {
    const { features, workspaces, now } = workspace.parts.deps;
    await workspaces.setDue(await workspace.row(), undefined);
    const due = (await features.due(now())).filter((each) => each.workspaceId === workspace.workspaceId);
    await poller
      .container()
      .rounds([{ workspaceId: workspace.workspaceId, featureIds: due.map(({ id }) => id) }], now() + TICK_MS);
  })
  .extend(
    'seeded',
    ({ ingestion, workspace, poller, tick }) =>
      async (count: number, pairs: (ids: readonly string[]) => (readonly [string, string])[]) => {
        const { features, workspaces, now } = workspace.parts.deps;
        const first = await poller.one();
        await workspace.seed({ issues: count });
        const rows = [...ingestion.store.collection('Issue', workspace.organizationId).values()];
        const numbered = rows
          .flatMap(({ id, title }) =>
            /^Issue \d+$/.test(title) ? [{ id, nth: Number(title.slice(6)) }] : [],
          )
          .toSorted((a, b) => a.nth - b.nth)
          .map(({ id }) => id);
        const ids = [first, ...numbered];
        const at = new Date(now()).toISOString();
        const stamps = {
          organizationId: workspace.organizationId,
          createdAt: at,
          updatedAt: at,
          archivedAt: null,
        };
        ingestion.store.commit(
          pairs(ids).map(
            ([issueId, relatedIssueId]): Operation => ({
              set: 'IssueRelation',
              row: { id: crypto.randomUUID(), ...stamps, issueId, relatedIssueId, type: 'blocks' },
            }),
          ),
        );
        // Otherwise all of them are read again once functions know that their blockers are awaited.
        await workspaces.saveAwaited(await workspace.row(), withAwaited(undefined, ids));
        await workspace.sync('full');
        for (let times = 0; times < 3; times++) await tick();
        // Functions know by now which issues are awaited.
        workspace.advance(2 * 60_000);
        const due = (await features.due(now())).filter((each) => each.workspaceId === workspace.workspaceId);
        expect(due).toEqual([]);
        return ids;
      },
  );

test('a chain of features is released in order, and a release costs the same everywhere in it', {
  timeout: 120_000,
}, async ({ ingestion, workspace, poller, states, seeded, tick }) => {
  const ids = await seeded(CHAIN, (all) => all.slice(1).map((id, nth) => [all[nth] ?? '', id] as const));
  const isReady = async (nth: number) => (await poller.feature(ids[nth] ?? '')).claimAt !== undefined;
  expect([await isReady(0), await isReady(1), await isReady(CHAIN / 2), await isReady(CHAIN)]).toEqual([
    true,
    false,
    false,
    false,
  ]);

  /** Completes one in Linear. Answers what its webhook and the tick after it cost. */
  const release = async (nth: number) => {
    await poller.move(ids[nth] ?? '', states.Done);
    await settled();
    const bodies = workspace.webhooks();
    ingestion.operations();
    const requests = await workspace.requestsOf(async () => {
      for (const body of bodies) await workspace.deliver(body);
      await tick();
    });
    const operations = ingestion.operations().length;
    expect([await isReady(nth + 1), await isReady(nth + 2)], `after ${nth}`).toEqual([true, false]);
    workspace.advance(2 * 60_000);
    await tick();
    return { requests, operations };
  };
  const costs: Awaited<ReturnType<typeof release>>[] = [];
  for (const nth of [0, 1, 2, 3, CHAIN / 10, CHAIN / 4, CHAIN / 2, (CHAIN * 3) / 4, CHAIN - 10])
    costs.push(await release(nth));
  expect(costs.map(({ requests }) => requests)).toEqual(costs.map(() => 2));
  const operations = costs.map((cost) => cost.operations);
  // The first ones have fewer than three before them.
  expect(new Set(operations.slice(-5)).size, operations.join()).toBe(1);
  expect(Math.max(...operations), operations.join()).toBeLessThanOrEqual((operations[0] ?? 0) + 4);
});

test('runs take the features of a chain in its order', { timeout: 120_000 }, async ({
  workspace,
  poller,
  seeded,
  tick,
}) => {
  const ids = await seeded(20, (all) => all.slice(1).map((id, nth) => [all[nth] ?? '', id] as const));
  const { features, projects, now } = workspace.parts.deps;
  const take = claim({ features, startWork: async () => {}, now });
  const taken: string[] = [];
  for (let times = 0; times < 12; times++) {
    const row = await workspace.row();
    const { items } = await projects.listByWorkspace(row.id, { limit: 10 });
    for (const project of items) {
      const claimed = await take(row, project);
      if (!claimed) continue;
      taken.push(claimed.feature.linearIssueId);
      await poller.report(claimed.feature.linearIssueId, { status: 'passing', runId: claimed.runId });
      await tick();
      await tick();
    }
  }
  // The organization has other issues too.
  const ofChain = taken.filter((id) => ids.includes(id));
  expect(ofChain).toEqual(ids.slice(0, ofChain.length));
  expect(ofChain.length).toBeGreaterThanOrEqual(10);
});

test('when an issue that blocks thousands of features is done, all are ready after two ticks, with one read for 250 of them', {
  timeout: 240_000,
}, async ({ workspace, poller, states, seeded, tick }) => {
  const ids = await seeded(DEPENDENTS, ([first = '', ...others]) => others.map((id) => [first, id] as const));
  const [blocker = '', ...blocked] = ids;
  const { features } = workspace.parts.deps;
  const ready = async () =>
    (await features.getMany(blocked.map((id) => derivedId('feature', id)))).filter(
      ({ claimAt }) => claimAt !== undefined,
    ).length;
  expect(await ready()).toBe(0);
  await poller.move(blocker, states.Done);
  await settled();
  for (const body of workspace.webhooks()) await workspace.deliver(body);
  const requests = await workspace.requestsOf(async () => {
    await tick();
    await tick();
  });
  expect(await ready()).toBe(DEPENDENTS);
  expect(requests).toBeLessThanOrEqual(1 + DEPENDENTS / 250 + 5);
});

test('a release that is killed again and again loses no feature', { timeout: 120_000 }, async ({
  workspace,
  poller,
  states,
  seeded,
  tick,
  pass,
}) => {
  const ids = await seeded(DEPENDENTS / 2, ([first = '', ...others]) =>
    others.map((id) => [first, id] as const),
  );
  const [blocker = '', ...blocked] = ids;
  const until = mortal(workspace);
  await poller.move(blocker, states.Done);
  await settled();
  for (const body of workspace.webhooks()) await workspace.deliver(body);
  const deaths: boolean[] = [];
  // A release of this many takes twice as many steps.
  for (const share of [0.02, 0.2, 0.4, 0.5, 0.3, 0.1]) {
    deaths.push(!(await until(Math.ceil(share * blocked.length), tick)));
    await pass(AFTER_DEATH_MS);
  }
  expect(deaths.filter(Boolean).length).toBeGreaterThanOrEqual(4);
  await tick();
  await tick();
  const rows = await workspace.parts.deps.features.getMany(blocked.map((id) => derivedId('feature', id)));
  expect(rows).toHaveLength(DEPENDENTS / 2);
  expect(rows.filter(({ claimAt }) => claimAt === undefined).map(({ id }) => id)).toEqual([]);
});
