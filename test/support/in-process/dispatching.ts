import { claim } from '../../../shared/use-cases/features/claim.ts';
import { settled, startIngestion } from './ingestion.ts';
import type { Interceptor } from './interceptor.ts';
import { startPoller } from './poller.ts';

let ingestion: Awaited<ReturnType<typeof startIngestion>>;

/** The workspace of the test that runs, and its poller. */
export let workspace: Awaited<ReturnType<typeof ingestion.connected>>;
export let poller: ReturnType<typeof startPoller>;
/** The issues that `create` made last. */
export let ids: string[];

/** How long an announced feature may wait to be taken, by default. */
export const TIMEOUT_MS = 15 * 60_000;

/** For `beforeAll`. */
export const startDispatching = async () => {
  ingestion = await startIngestion();
};

/** Sets switches of the local Linear. */
export const switches = (changes: object) => ingestion.switches(changes);

/** For `afterAll`. */
export const stopDispatching = () => ingestion?.stop();

/** For `beforeEach`: connects a workspace without any labelled issue. */
export const connect = async () => {
  workspace = await ingestion.connected();
  poller = startPoller(workspace);
  const { labels } = await workspace.world();
  const { issues } = await workspace.graphql<{ issues: { nodes: { id: string }[] } }>(
    'query($label: ID!) { issues(filter: { labels: { some: { id: { eq: $label } } } }) { nodes { id } } }',
    { label: labels.omakase },
  );
  for (const { id } of issues.nodes)
    await workspace.graphql(
      'mutation($id: String!, $label: String!) { issueRemoveLabel(id: $id, labelId: $label) { success } }',
      { id, label: labels.omakase },
    );
  await settled();
  await poller.receive();
  await poller.drain();
};

export const create = async (titles: readonly string[]) => {
  ids = await poller.create(titles);
};

/** For `beforeEach` after `connect`: the workspace pushes, and has one labelled issue. */
export const pushOne = async () => {
  await poller.set({ dispatch: 'push' });
  await create(['One']);
};

export const row = (issueId: string) => poller.feature(issueId);

/** Serves once what is due of the workspace, and the workspace's own row. */
export const tick = async (around?: Interceptor) => {
  const { workspaces, features, now } = workspace.parts.deps;
  await workspaces.makeDue(workspace.workspaceId, now());
  const due = (await features.due(now())).filter(({ workspaceId }) => workspaceId === workspace.workspaceId);
  return poller.container(around).serve(
    workspace.workspaceId,
    due.map(({ id }) => id),
    { deadline: now() + 40_000 },
  );
};

/** The dispatch ids that were announced, in their order. */
export const dispatchIds = () => poller.announced.map(({ dispatchId }) => dispatchId);

/** Claims in the project of the first issue. Returns the error of a claim that is refused. */
export const claimNext = async () => {
  const { features, projects, now } = workspace.parts.deps;
  const current = await workspace.parts.row();
  const { projectId } = await row(ids[0] ?? '');
  const project = await projects.get(projectId ?? '');
  if (!project) throw new Error('There is no project.');
  return claim({ features, startWork: async () => {}, now })(current, project).catch((error: Error) => error);
};
