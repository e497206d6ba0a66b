import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProjectRow } from '../../../shared/data/mirror/project-row.ts';
import type { WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import { inParallel } from '../../../shared/in-parallel.ts';
import { claim } from '../../../shared/use-cases/features/claim.ts';
import {
  claimed,
  claiming,
  edit,
  features,
  kicked,
  LEASE_MS,
  named,
  newProject,
  now,
  pass,
  project,
  qualify,
  ready,
  relabel,
  report,
  startClaiming,
  startWork,
  stopClaiming,
  stored,
  tables,
  withdraw,
  workspace,
} from '../../support/claiming.ts';

/** `CLAIM_CLIENTS=1000 CLAIM_FEATURES=5000` is the size that we promise. */
const CLIENTS = Number(process.env.CLAIM_CLIENTS ?? 150);
const FEATURES = Number(process.env.CLAIM_FEATURES ?? 600);

beforeAll(startClaiming);
afterAll(stopClaiming);
beforeEach(newProject);

describe('a claim', () => {
  test('hands out the most urgent feature with a new run, a lease, and a kick', async () => {
    await ready(named('low'), { priority: 4 });
    const urgent = await ready(named('urgent'), { priority: 1 });
    await ready(named('none'), { priority: 0 });
    const { id, runId, feature, leaseUntil } = await claimed();
    expect(id).toBe(urgent);
    expect(feature).toMatchObject({ status: 'in_progress', statusSeq: 1, leaseUntil });
    expect(feature.reports).toEqual(new Set([`${runId}#in_progress`]));
    expect(Date.parse(leaseUntil) - now()).toBe(LEASE_MS);
    expect(feature.dueAt).toBeDefined();
    expect(kicked).toEqual([urgent]);
  });

  test('hands out features by priority, then nothing', async () => {
    for (const priority of [4, 0, 2, 1]) await ready(named(`${priority}`), { priority });
    const order: (number | undefined)[] = [];
    for (let each = await claiming(); each; each = await claiming()) order.push(each.feature.issue.priority);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  test('hands out no feature that is unread, withdrawn or closed', async () => {
    await qualify(named('unread'));
    await ready(named('withdrawn'));
    await ready(named('closed'));
    pass(1_000);
    await withdraw(named('withdrawn'));
    const done = edit(named('closed'), { state: { id: 'done', name: 'Done', type: 'completed' } });
    await features.saveProjection(done, { scope: 'update', makesDue: false, now: now() });
    expect(await claiming()).toBeUndefined();
  });

  test('says why a workspace or project hands out nothing at all', async () => {
    await ready(named('one'));
    const asked = (of: Partial<WorkspaceRow>, at: Partial<ProjectRow> = {}) =>
      claim({ features, startWork, now })({ ...workspace, ...of }, { ...project, ...at });
    const push = { settings: { ...workspace.settings, dispatch: 'push' as const } };
    await expect(asked(push)).rejects.toThrow(/push/);
    await expect(asked({ connection: 'needs_reauth' })).rejects.toThrow(/needs_reauth/);
    await expect(asked({}, { archivedHere: true })).rejects.toThrow(/archived/);
    await expect(asked({}, { archivedThere: true })).rejects.toThrow(/archived/);
    await expect(asked({}, { linearState: 'completed' })).rejects.toThrow(/completed in Linear/);
    await expect(asked({}, { linearState: 'canceled' })).rejects.toThrow(/canceled in Linear/);
    expect(await claiming()).toBeDefined();
  });

  test(`${CLIENTS} clients empty a project of ${FEATURES}: each feature is handed out exactly once`, async () => {
    const numbers = Array.from({ length: FEATURES }, (_, index) => index);
    await inParallel(numbers, (index) => ready(named(`${index}`), { priority: index % 5 }), 32);
    tables.operations();
    const handedOut: string[] = [];
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        for (let each = await claiming(); each; each = await claiming()) handedOut.push(each.feature.id);
      }),
    );
    expect(handedOut).toHaveLength(FEATURES);
    expect(new Set(handedOut).size).toBe(FEATURES);
    const writes = tables.operations().filter((operation) => operation === 'UpdateItem features').length;
    console.log(`${(writes / FEATURES).toFixed(1)} writes a claim`);
  }, 600_000);
});

describe('a lease', () => {
  test('keeps the feature from others until it expires, then lets another claim it', async () => {
    await ready(named('one'));
    const first = await claimed();
    pass(LEASE_MS - 1);
    expect(await claiming()).toBeUndefined();
    pass(1);
    expect((await stored(first.id)).status).toBe('in_progress');
    const second = await claimed();
    expect(second.id).toBe(first.id);
    expect(second.runId).not.toBe(first.runId);
    await expect(report(first.id, first.runId, 'passing')).rejects.toThrow(/in_progress.*not the one/);
    await report(first.id, second.runId, 'passing');
  });

  test('is extended when its holder reports again, and nothing else changes', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    const before = await stored(id);
    pass(LEASE_MS - 1);
    await report(id, runId, 'in_progress');
    const end = new Date(now() + LEASE_MS).toISOString();
    expect(await stored(id)).toEqual({ ...before, leaseUntil: end, claimAt: end });
    pass(LEASE_MS - 1);
    expect(await claiming()).toBeUndefined();
  });

  test('that expired still belongs to its holder until somebody else claims', async () => {
    await ready(named('extended'));
    await ready(named('finished'));
    const [one, other] = [await claimed(), await claimed()];
    pass(LEASE_MS + 1);
    await report(one.id, one.runId, 'in_progress');
    await report(other.id, other.runId, 'failing');
    expect(await claiming()).toBeUndefined();
    expect((await stored(other.id)).status).toBe('failing');
  });

  test('keeps another run from reporting, and the refusal names its end', async () => {
    await ready(named('one'));
    const { id, leaseUntil } = await claimed();
    await expect(report(id, 'another', 'in_progress')).rejects.toThrow(leaseUntil);
    await expect(report(id, 'another', 'passing')).rejects.toThrow(/in_progress/);
  });

  test('ends with an outcome, after which the feature is not handed out again', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    await report(id, runId, 'passing');
    const row = await stored(id);
    expect([row.leaseUntil, row.claimAt]).toEqual([undefined, undefined]);
    pass(LEASE_MS * 2);
    expect(await claiming()).toBeUndefined();
  });

  test('survives a withdrawal: the holder may report, and nobody else is handed the feature before a read', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    await relabel(named('one'));
    pass(LEASE_MS * 2);
    expect(await claiming()).toBeUndefined();
    await report(id, runId, 'in_progress');
    expect(Date.parse((await stored(id)).leaseUntil ?? '')).toBe(now() + LEASE_MS);

    // After a read the lease still ends at the same time, so a dead holder does not keep the feature forever.
    await features.settle(await stored(id), { posted: [] }, now());
    pass(LEASE_MS - 1);
    expect(await claiming()).toBeUndefined();
    pass(1);
    expect((await claimed()).id).toBe(id);
  });

  test('that was extended while the feature was being processed is not cut short', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    await relabel(named('one'));
    const looked = await stored(id);
    await report(id, runId, 'in_progress');
    expect(await features.settle(looked, { posted: [] }, now())).toBe('changed');
    expect((await stored(id)).claimAt).toBeUndefined();
    expect((await stored(id)).dueAt).toBeDefined();
  });

  test('does not exist for a run that reports without a claim', async () => {
    const id = await ready(named('one'));
    await report(id, 'mine', 'in_progress');
    expect((await stored(id)).leaseUntil).toBeUndefined();
    const before = await stored(id);
    await report(id, 'mine', 'in_progress');
    expect(await stored(id)).toEqual(before);
    pass(LEASE_MS * 2);
    expect(await claiming()).toBeUndefined();
  });
});
