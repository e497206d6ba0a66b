import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Features, featuresTable } from '../../../shared/data/features/features.ts';
import type { ProjectRow } from '../../../shared/data/mirror/project-row.ts';
import { projectsTable } from '../../../shared/data/mirror/projects.ts';
import type { WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import { workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { projectionOf, withdrawalOf } from '../../../shared/domain/features/feature.ts';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import type { Status } from '../../../shared/domain/statuses.ts';
import { leaseEnd } from '../../../shared/domain/workspaces/settings.ts';
import { inParallel } from '../../../shared/in-parallel.ts';
import { claim } from '../../../shared/use-cases/features/claim.ts';
import { release } from '../../../shared/use-cases/features/release.ts';
import { reportStatus } from '../../../shared/use-cases/features/report-status.ts';
import { issueSnapshot, placement } from '../../../testing/builders.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

/** `CLAIM_CLIENTS=1000 CLAIM_FEATURES=5000` is the size that we promise. */
const CLIENTS = Number(process.env.CLAIM_CLIENTS ?? 150);
const FEATURES = Number(process.env.CLAIM_FEATURES ?? 600);
const LEASE_MS = 15 * 60_000;

let tables: TestTables;
let features: Features;
let workspace: WorkspaceRow;
let project: ProjectRow;
let clock = Date.parse('2026-11-02T12:00:00.000Z');
const now = () => clock;
const kicked: string[] = [];

beforeAll(async () => {
  tables = await startTables();
  features = featuresTable(tables.db, 'features');
  const workspaces = workspacesTable(tables.db, 'workspaces');
  await connectWorkspace(workspaces, { id: 'workspace-1', now: clock });
  workspace = (await workspaces.get('workspace-1')) as WorkspaceRow;
});
afterAll(() => tables.stop());

let number = 0;
beforeEach(async () => {
  clock += 24 * 3_600_000;
  kicked.length = 0;
  const id = `project-${++number}`;
  const at = new Date(clock).toISOString();
  const projects = projectsTable(tables.db, 'projects');
  const theirs = { name: 'P', description: '', linearUrl: 'https://linear.app/p', linearState: 'started' };
  const content = { ...theirs, linearTeamIds: [], archivedThere: false };
  const version = { linearUpdatedAt: at, seenAt: at, contentHash: 'hash' };
  await projects.mirror(
    { id, workspaceId: 'workspace-1', linearProjectId: id, content, version },
    { revival: () => newSync('sync', 'project', { now: clock }), now: clock },
  );
  project = (await projects.get(id)) as ProjectRow;
});

const startWork = async ({ featureIds }: { featureIds: string[] }) => void kicked.push(...featureIds);
const claiming = () => claim({ features, startWork, now })(workspace, project);
const claimed = async () => {
  const answer = await claiming();
  if (!answer?.feature.runId) throw new Error('Nothing was handed out.');
  return { ...answer, id: answer.feature.id, runId: answer.feature.runId };
};
const stored = async (id: string) => {
  const row = await features.get(id);
  if (!row) throw new Error('no row');
  return row;
};
const report = async (id: string, runId: string, status: Status) =>
  reportStatus({ features, commentKey: async () => 'key', startWork, now })(
    await stored(id),
    { status, runId },
    leaseEnd(workspace.settings, now()),
  );
const releasing = async (id: string, runId: string) =>
  release({ features, startWork, now })(await stored(id), runId);

const edit = (issueId: string, changes: Record<string, unknown> = {}) =>
  projectionOf(
    issueSnapshot({ id: issueId, updatedAt: new Date(clock).toISOString(), ...changes }, undefined),
    { ...placement(), projectId: project.id },
  );
const ready = async (issueId: string, changes: Record<string, unknown> = {}) => {
  const projection = edit(issueId, changes);
  await features.saveProjection(projection, { scope: 'create', makesDue: true, now: clock });
  const row = await stored(projection.id);
  expect(await features.settle(row, { posted: [], ready: 'pull' }, clock)).toBe('settled');
  return projection.id;
};
const named = (name: string) => `${project.id}-${name}`;

describe('a claim', () => {
  test('hands out the most urgent feature with a new run, a lease, and a kick', async () => {
    await ready(named('low'), { priority: 4 });
    const urgent = await ready(named('urgent'), { priority: 1 });
    await ready(named('none'), { priority: 0 });
    const { id, runId, feature, leaseUntil } = await claimed();
    expect(id).toBe(urgent);
    expect(feature).toMatchObject({ status: 'in_progress', statusSeq: 1, leaseUntil });
    expect(feature.reports).toEqual(new Set([`${runId}#in_progress`]));
    expect(Date.parse(leaseUntil) - clock).toBe(LEASE_MS);
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
    await features.saveProjection(edit(named('unread')), { scope: 'create', makesDue: true, now: clock });
    await ready(named('withdrawn'));
    await ready(named('closed'));
    clock += 1_000;
    const gone = issueSnapshot({ id: named('withdrawn'), updatedAt: new Date(clock).toISOString() });
    await features.withdraw(withdrawalOf(gone, 'workspace-1', 'label_removed'), clock);
    const done = edit(named('closed'), { state: { id: 'done', name: 'Done', type: 'completed' } });
    await features.saveProjection(done, { scope: 'update', makesDue: false, now: clock });
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
    clock += LEASE_MS - 1;
    expect(await claiming()).toBeUndefined();
    clock += 1;
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
    clock += LEASE_MS - 1;
    await report(id, runId, 'in_progress');
    const end = new Date(clock + LEASE_MS).toISOString();
    expect(await stored(id)).toEqual({ ...before, leaseUntil: end, claimAt: end });
    clock += LEASE_MS - 1;
    expect(await claiming()).toBeUndefined();
  });

  test('that expired still belongs to its holder until somebody else claims', async () => {
    await ready(named('extended'));
    await ready(named('finished'));
    const [one, other] = [await claimed(), await claimed()];
    clock += LEASE_MS + 1;
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
    clock += LEASE_MS * 2;
    expect(await claiming()).toBeUndefined();
  });

  test('survives a withdrawal: the holder may report, and nobody else is handed the feature before a read', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    clock += 1_000;
    const gone = issueSnapshot({ id: named('one'), updatedAt: new Date(clock).toISOString() });
    await features.withdraw(withdrawalOf(gone, 'workspace-1', 'label_removed'), clock);
    clock += 1_000;
    await features.saveProjection(edit(named('one')), { scope: 'create', makesDue: true, now: clock });
    clock += LEASE_MS * 2;
    expect(await claiming()).toBeUndefined();
    await report(id, runId, 'in_progress');
    expect(Date.parse((await stored(id)).leaseUntil ?? '')).toBe(clock + LEASE_MS);

    // After a read the lease still ends at the same time, so a dead holder does not keep the feature forever.
    await features.settle(await stored(id), { posted: [] }, clock);
    clock += LEASE_MS - 1;
    expect(await claiming()).toBeUndefined();
    clock += 1;
    expect((await claimed()).id).toBe(id);
  });

  test('that was extended while the feature was being processed is not cut short', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    clock += 1_000;
    const gone = issueSnapshot({ id: named('one'), updatedAt: new Date(clock).toISOString() });
    await features.withdraw(withdrawalOf(gone, 'workspace-1', 'label_removed'), clock);
    clock += 1_000;
    await features.saveProjection(edit(named('one')), { scope: 'create', makesDue: true, now: clock });
    const looked = await stored(id);
    await report(id, runId, 'in_progress');
    expect(await features.settle(looked, { posted: [] }, clock)).toBe('changed');
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
    clock += LEASE_MS * 2;
    expect(await claiming()).toBeUndefined();
  });
});

describe('a release', () => {
  test('makes the feature pending, due and claimable at once', async () => {
    await ready(named('one'));
    const first = await claimed();
    await features.settle(await stored(first.id), { posted: [] }, clock);
    await releasing(first.id, first.runId);
    const row = await stored(first.id);
    expect(row).toMatchObject({ status: 'pending', statusSeq: 2 });
    expect(row.leaseUntil).toBeUndefined();
    expect(row.dueAt).toBeDefined();
    expect(kicked).toEqual([first.id, first.id]);
    expect((await claimed()).runId).not.toBe(first.runId);
  });

  test('is idempotent, even after somebody else claimed', async () => {
    await ready(named('one'));
    const first = await claimed();
    await releasing(first.id, first.runId);
    const before = await stored(first.id);
    await releasing(first.id, first.runId);
    expect(await stored(first.id)).toEqual(before);
    const second = await claimed();
    await releasing(first.id, first.runId);
    expect(await stored(first.id)).toMatchObject({ status: 'in_progress', runId: second.runId });
  });

  test('is refused to other runs, and after an outcome', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    await expect(releasing(id, 'another')).rejects.toThrow(/in_progress/);
    await report(id, runId, 'failing');
    await expect(releasing(id, runId)).rejects.toThrow(/failing/);
  });

  test('does not make a withdrawn feature claimable', async () => {
    await ready(named('one'));
    const { id, runId } = await claimed();
    clock += 1_000;
    const gone = issueSnapshot({ id: named('one'), updatedAt: new Date(clock).toISOString() });
    await features.withdraw(withdrawalOf(gone, 'workspace-1', 'label_removed'), clock);
    await releasing(id, runId);
    clock += 1_000;
    await features.saveProjection(edit(named('one')), { scope: 'create', makesDue: true, now: clock });
    expect(await claiming()).toBeUndefined();
  });

  test('is refused with the current row if the row has changed since it was read', async () => {
    await ready(named('stolen'));
    const first = await claimed();
    const before = await stored(first.id);
    clock += LEASE_MS;
    const second = await claimed();
    expect(await features.release(before, 'key', clock)).toMatchObject({
      ok: false,
      row: { runId: second.runId },
    });
    expect(await features.extendLease(before, clock + LEASE_MS)).toMatchObject({ ok: false });
    await report(first.id, second.runId, 'passing');

    const plain = await ready(named('plain'));
    await report(plain, 'mine', 'in_progress');
    const running = await stored(plain);
    await report(plain, 'mine', 'passing');
    expect(await features.release(running, 'key', clock)).toMatchObject({
      ok: false,
      row: { status: 'passing' },
    });
  });

  test('never lets two runs hold a feature, with many claims, reports and releases at once', async () => {
    await ready(named('one'));
    const runs = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const answer = await claiming();
        if (!answer?.feature.runId) return 'nothing';
        const { id, runId } = answer.feature;
        const ends = [releasing(id, runId), report(id, runId, 'passing')];
        const [released, passed] = (await Promise.allSettled(ends)).map(({ status }) => status);
        return `${released} ${passed}`;
      }),
    );
    const ended = runs.filter((run) => run !== 'nothing');
    expect(ended.length).toBeGreaterThan(0);
    for (const run of ended) expect(['fulfilled rejected', 'rejected fulfilled']).toContain(run);
    expect(runs.filter((run) => run === 'rejected fulfilled').length).toBeLessThanOrEqual(1);
  });
});

describe('a feature that is reported on again and again', () => {
  const long = '€'.repeat(20_000);
  const attempt = async (id: string, runId: string, texts: object) => {
    await report(id, runId, 'in_progress');
    await reportStatus({ features, commentKey: async () => 'key', startWork, now })(
      await stored(id),
      { status: 'failing', runId, ...texts },
      leaseEnd(workspace.settings, now()),
    );
  };

  test('keeps every accepted outcome in full while Linear is down', async () => {
    const id = await ready(named('one'));
    const texts = { error: long, summary: long, testResults: long };
    for (let run = 0; run < 60; run++) await attempt(id, `run-${run}`, texts);
    const owed = Object.values((await stored(id)).owed).sort((one, other) => one.seq - other.seq);
    expect(owed.map(({ runId }) => runId)).toEqual(Array.from({ length: 60 }, (_, run) => `run-${run}`));
    for (const outcome of owed) expect(outcome).toMatchObject(texts);
  });

  test('refuses outcomes that do not fit beside the largest description, and keeps all accepted ones', async () => {
    const description = randomBytes(290_000).toString('base64');
    const id = await ready(named('one'), { description });
    const error = () => randomBytes(7_500).toString('base64');
    const accepted: string[] = [];
    const all = async () => {
      for (let run = 0; run < 100; run++) {
        const text = error();
        await attempt(id, `run-${run}`, { error: text });
        accepted.push(text);
      }
    };
    await expect(all()).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(/\d+ outcomes .* still to be written to Linear, .* 90000 bytes/),
    });
    const { owed, status } = await stored(id);
    expect(
      Object.values(owed)
        .map((each) => each.status !== 'lapsed' && each.error)
        .sort(),
    ).toEqual(accepted.sort());
    expect(accepted.length).toBeGreaterThan(5);
    expect(status, 'the refused attempt is still in progress').toBe('in_progress');
  });

  test('refuses texts that no row could hold, and names the limit', async () => {
    const id = await ready(named('one'));
    const error = randomBytes(100_000).toString('base64');
    await expect(attempt(id, 'run', { error })).rejects.toMatchObject({
      kind: 'too_large',
      message: expect.stringContaining('90000 bytes'),
    });
    expect((await stored(id)).owed).toEqual({});
  });

  test('accepts a report again that failed because the key for comment ids could not be read', async () => {
    const id = await ready(named('one'));
    await report(id, 'run', 'in_progress');
    const before = await stored(id);
    const unreadable = async () => Promise.reject(new Error('Secrets Manager is away.'));
    const passing = { status: 'passing', runId: 'run', summary: 'Built.' } as const;
    await expect(
      reportStatus({ features, commentKey: unreadable, startWork, now })(before, passing, now()),
    ).rejects.toThrow('Secrets Manager is away.');
    expect(await stored(id)).toEqual(before);
    await report(id, 'run', 'passing');
    expect(Object.keys((await stored(id)).owed)).toHaveLength(1);
  });

  test('recognises recent repeats without growing forever', async () => {
    const id = await ready(named('one'));
    const run = (number: number) => `${'r'.repeat(190)}-${number}`;
    for (let number = 0; number < 60; number++) await attempt(id, run(number), {});
    const before = await stored(id);
    expect(before.reports.size).toBeLessThanOrEqual(101);
    await report(id, run(59), 'in_progress');
    expect(await stored(id)).toEqual(before);
  });
});
