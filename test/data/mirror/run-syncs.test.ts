import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Projects, projectsTable } from '../../../shared/data/mirror/projects.ts';
import { type Leases, leasesTable } from '../../../shared/data/schedule/leases.ts';
import { type Workspaces, workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import type { RunSync, SyncOf } from '../../../shared/use-cases/mirror/run-sync.ts';
import { runSyncs, startSync } from '../../../shared/use-cases/mirror/run-syncs.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

const NOW = Date.parse('2026-11-02T12:00:00.000Z');

let tables: TestTables;
let workspaces: Workspaces;
let projects: Projects;
let leases: Leases;
beforeAll(async () => {
  tables = await startTables();
  workspaces = workspacesTable(tables.db, 'workspaces');
  projects = projectsTable(tables.db, 'projects');
  leases = leasesTable(tables.db, 'leases');
});
afterAll(() => tables.stop());

let clock: number;
let number = 0;
let workspaceId: string;
beforeEach(async () => {
  clock = NOW;
  workspaceId = `workspace-${++number}`;
  await connectWorkspace(workspaces, { id: workspaceId, now: NOW });
});
const now = () => clock;
const asked = (id: string) => newSync(id, 'project', { now: clock });

/** A project whose import is asked for. Answers its id. */
const project = async (name: string): Promise<SyncOf & { projectId: string }> => {
  const projectId = `${workspaceId}-${name}`;
  await projects.mirror(
    {
      id: projectId,
      workspaceId,
      linearProjectId: projectId,
      content: {
        name,
        description: '',
        linearUrl: 'https://linear.app',
        linearState: 'started',
        linearTeamIds: [],
        archivedThere: false,
      },
      version: {
        linearUpdatedAt: new Date(NOW).toISOString(),
        seenAt: new Date(NOW).toISOString(),
        contentHash: 'hash',
      },
    } as Parameters<Projects['mirror']>[0],
    { revival: () => asked('revival'), now: NOW },
  );
  await projects.askSync(projectId, asked(name), clock);
  return { workspaceId, projectId };
};
const own = () => ({ workspaceId });

/** Runs of syncs that end at once, unless `act` does something. */
const world = (act: (of: SyncOf) => Promise<void> = async () => {}, held: Leases = leases) => {
  const ran: string[] = [];
  const failed: unknown[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const runSync: RunSync = async (of, _deadline, isOurs = async () => true) => {
    if (!(await isOurs())) return 'unfinished';
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    ran.push(of.projectId ?? 'workspace');
    try {
      await act(of);
      const row = of.projectId ? await projects.get(of.projectId) : undefined;
      if (row) await projects.saveSync(row, undefined, clock);
      const workspace = await workspaces.get(of.workspaceId);
      if (!of.projectId && workspace)
        await workspaces.saveSync(workspace, undefined, { fields: {}, now: clock });
      return 'done';
    } finally {
      atOnce--;
    }
  };
  const logError = (of: SyncOf) => failed.push(of);
  const run = runSyncs({ workspaces, projects, leases: held, runSync, logError, now });
  const invoked: SyncOf[] = [];
  const start = startSync({ leases, invoke: async (of) => void invoked.push(of), now });
  return { run, start, invoked, ran, failed, mostAtOnce: () => mostAtOnce };
};

test('thirty syncs of one workspace run once each, one after another, in one invocation', async () => {
  const all: SyncOf[] = [
    own(),
    ...(await Promise.all(Array.from({ length: 30 }, (_, n) => project(`p${n}`)))),
  ];
  const { run, ran, mostAtOnce } = world();
  const ends = await Promise.all(all.map((of) => run(of, clock + 60_000)));
  expect(mostAtOnce()).toBe(1);
  expect(ends.filter((end) => end === 'busy').length).toBeGreaterThan(20);
  expect(ran.toSorted()).toEqual(
    ['workspace', ...all.flatMap(({ projectId }) => projectId ?? [])].toSorted(),
  );
});

test('a sync that is requested while another runs is run by the same invocation', async () => {
  const first = await project('first');
  let later: SyncOf | undefined;
  const { run, start, invoked, ran } = world(async () => {
    if (later) return;
    later = await project('later');
    for (let n = 0; n < 10; n++) await start(later);
  });
  await run(first, clock + 60_000);
  expect(invoked).toEqual([]);
  expect(ran.toSorted()).toEqual(['workspace', first.projectId, later?.projectId].toSorted());
  await start(first);
  expect(invoked).toEqual([first]);
});

test('a sync that is requested just before the lease is released is run by its holder', async () => {
  const first = await project('first');
  let late: SyncOf | undefined;
  const releasing: Leases = {
    ...leases,
    releaseUnlessAsked: async (...lease) => {
      if (!late) {
        late = await project('late');
        await start(late);
      }
      return leases.releaseUnlessAsked(...lease);
    },
  };
  const { start, invoked, run, ran } = world(undefined, releasing);
  await run(first, clock + 60_000);
  expect(invoked).toEqual([]);
  expect(ran).toContain(late?.projectId);
});

test('a sync that fails does not stop the others, and raises an alarm', async () => {
  const [bad, good] = [await project('a-bad'), await project('b-good')];
  const { run, ran, failed } = world(async ({ projectId }) => {
    if (projectId === bad.projectId) throw new Error('cannot read the project');
  });
  await expect(run(bad, clock + 60_000)).rejects.toThrow('cannot read the project');
  expect(ran.toSorted()).toEqual([bad.projectId, good.projectId, 'workspace'].toSorted());
  expect(failed).toEqual([bad]);
});

test('a sync run that died blocks its workspace for a minute, and no other workspace', async () => {
  const first = await project('first');
  await leases.take(`sync#${workspaceId}`, 'dead', 60_000, clock);
  const { run, start, invoked } = world();
  expect(await run(first, clock + 60_000)).toBe('busy');
  await start({ workspaceId: 'another' });
  expect(invoked).toEqual([{ workspaceId: 'another' }]);
  clock += 61_000;
  expect(await run(first, clock + 60_000)).toBe('done');
});

test('a sync run that lost its lease leaves the workspace to the new holder', async () => {
  const [first, second] = [await project('first'), await project('second')];
  const { run, ran } = world(async () => {
    clock += 70_000;
    await leases.take(`sync#${workspaceId}`, 'another', 60_000, clock);
  });
  await run(first, clock + 600_000);
  expect(ran).not.toContain(second.projectId);
  expect(await leases.ask(`sync#${workspaceId}`, clock)).toBe(true);
});
