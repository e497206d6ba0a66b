import { expect } from 'vitest';
import { type Features, featuresTable } from '../../shared/data/features/features.ts';
import type { ProjectRow } from '../../shared/data/mirror/project-row.ts';
import { projectsTable } from '../../shared/data/mirror/projects.ts';
import type { WorkspaceRow } from '../../shared/data/workspaces/workspace-row.ts';
import { workspacesTable } from '../../shared/data/workspaces/workspaces.ts';
import { projectionOf, withdrawalOf } from '../../shared/domain/features/feature.ts';
import { newSync } from '../../shared/domain/mirror/sync.ts';
import type { Status } from '../../shared/domain/statuses.ts';
import { leaseEnd } from '../../shared/domain/workspaces/settings.ts';
import { claim } from '../../shared/use-cases/features/claim.ts';
import { release } from '../../shared/use-cases/features/release.ts';
import { reportStatus } from '../../shared/use-cases/features/report-status.ts';
import { issueSnapshot, placement } from '../../testing/builders.ts';
import { connectWorkspace } from '../../testing/connected.ts';
import { startTables, type TestTables } from '../../testing/tables.ts';

export const LEASE_MS = 15 * 60_000;

/** The file's own engine, with one workspace; `project` is the test's. */
export let tables: TestTables;
export let features: Features;
export let workspace: WorkspaceRow;
export let project: ProjectRow;

let clock = Date.parse('2026-11-02T12:00:00.000Z');
export const now = () => clock;
/** Lets the clock go on. */
export const pass = (ms: number) => {
  clock += ms;
};

/** The features that the worker was woken for, in this test. */
export const kicked: string[] = [];
export const startWork = async ({ featureIds }: { featureIds: string[] }) => void kicked.push(...featureIds);

/** For `beforeAll`. */
export const startClaiming = async () => {
  tables = await startTables();
  features = featuresTable(tables.db, 'features');
  const workspaces = workspacesTable(tables.db, 'workspaces');
  await connectWorkspace(workspaces, { id: 'workspace-1', now: clock });
  workspace = (await workspaces.get('workspace-1')) as WorkspaceRow;
};

/** For `afterAll`. */
export const stopClaiming = () => tables.stop();

let number = 0;

/** For `beforeEach`: a day later, with an empty project. */
export const newProject = async () => {
  pass(24 * 3_600_000);
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
};

export const claiming = () => claim({ features, startWork, now })(workspace, project);
/** Claims, and throws if nothing is handed out. */
export const claimed = async () => {
  const answer = await claiming();
  if (!answer?.feature.runId) throw new Error('Nothing was handed out.');
  return { ...answer, id: answer.feature.id, runId: answer.feature.runId };
};
export const stored = async (id: string) => {
  const row = await features.get(id);
  if (!row) throw new Error('no row');
  return row;
};
export const report = async (id: string, runId: string, status: Status, texts: object = {}) =>
  reportStatus({ features, commentKey: async () => 'key', startWork, now })(
    await stored(id),
    { status, runId, ...texts },
    leaseEnd(workspace.settings, now()),
  );
export const releasing = async (id: string, runId: string) =>
  release({ features, startWork, now })(await stored(id), runId);

/** The id of an issue of this test. */
export const named = (name: string) => `${project.id}-${name}`;
const snapshot = (issueId: string, changes: Record<string, unknown> = {}) =>
  issueSnapshot({ id: issueId, updatedAt: new Date(clock).toISOString(), ...changes });
export const edit = (issueId: string, changes: Record<string, unknown> = {}) =>
  projectionOf(snapshot(issueId, changes), { ...placement(), projectId: project.id });

/** The issue is labelled now; its feature has to be read before it is ready. */
export const qualify = async (issueId: string, changes: Record<string, unknown> = {}) => {
  const projection = edit(issueId, changes);
  await features.saveProjection(projection, { scope: 'create', makesDue: true, now: clock });
  return projection.id;
};
/** The same, and its feature was read. */
export const ready = async (issueId: string, changes: Record<string, unknown> = {}) => {
  const id = await qualify(issueId, changes);
  expect(await features.settle(await stored(id), { posted: [], ready: 'pull' }, clock)).toBe('settled');
  return id;
};
/** The issue loses its label. */
export const withdraw = (issueId: string) =>
  features.withdraw(withdrawalOf(snapshot(issueId), 'workspace-1', 'label_removed'), clock);
/** The issue loses its label, and gets it again a second later. */
export const relabel = async (issueId: string) => {
  pass(1_000);
  await withdraw(issueId);
  pass(1_000);
  await qualify(issueId);
};
