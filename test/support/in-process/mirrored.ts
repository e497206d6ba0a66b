import { derivedId } from '../../../shared/domain/ids.ts';
import { settled, startIngestion } from './ingestion.ts';

/** The engine and the local Linear of the file, and the workspace of the test that runs. */
export let ingestion: Awaited<ReturnType<typeof startIngestion>>;
export let workspace: Awaited<ReturnType<typeof ingestion.connected>>;
export let world: Awaited<ReturnType<typeof workspace.world>>;

/** For `beforeAll`. */
export const startMirror = async () => {
  ingestion = await startIngestion();
};

/** For `afterAll`. */
export const stopMirror = () => ingestion?.stop();

/** For `beforeEach`: connects an organization of the test's own. */
export const newWorkspace = async () => {
  workspace = await ingestion.connected();
  world = await workspace.world();
};

/** Sends a mutation as the admin. Returns the id of what it created, or an empty string. */
export const act = async (mutation: string, variables: object): Promise<string> => {
  const data = await workspace.graphql<Record<string, Record<string, { id: string } | boolean>>>(
    mutation,
    variables,
  );
  const [payload = {}] = Object.values(data);
  const entity = Object.values(payload).find((value) => typeof value === 'object');
  return typeof entity === 'object' ? entity.id : '';
};

/** Creates a labelled issue in the first project. */
export const create = (input: object = {}): Promise<string> => {
  const { teamId, projects, labels } = world;
  const issue = { teamId, title: 'An issue', projectId: projects[0]?.id, labelIds: [labels.omakase] };
  return workspace.admin.createIssue({ ...issue, ...input });
};

export const newLabel = (name: string, teamId?: string): Promise<string> =>
  act('mutation($input: IssueLabelCreateInput!) { issueLabelCreate(input: $input) { issueLabel { id } } }', {
    input: { name, ...(teamId ? { teamId } : {}) },
  });

const otherTeams = async () =>
  (await workspace.admin.teams()).map(({ id }) => id).filter((id) => id !== world.teamId);

/** A team that has no part in the test. */
export const otherTeam = async () => (await otherTeams())[0];

/** An admin closes the team to the app. */
export const onlyOtherTeams = async () =>
  workspace.access({ canAccessAllPublicTeams: false, teamIds: await otherTeams() });

/** The webhooks of what was done just now, once the local Linear has sent them. */
const sent = async () => {
  await settled();
  return workspace.webhooks();
};
export const deliverAll = async () => {
  for (const body of await sent()) await workspace.deliver(body);
};
/** No webhook arrives. */
export const dropAll = async (): Promise<void> => void (await sent());

/** The process dies before a request. */
export const crashAt = (at: number) => (request: number) => {
  if (request === at) throw new Error('killed');
};

/** The rows of the features of these issues. */
export const featuresOf = (issueIds: readonly string[]) =>
  ingestion.features.getMany(issueIds.map((id) => derivedId('feature', id)));

/** All that Linear has of the trigger label, and how many of them are features here. */
export const imported = async () => {
  const ids: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    type Page = {
      issues: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
    };
    const { issues }: Page = await workspace.graphql<Page>(
      `query($after: String) { issues(first: 250, after: $after, filter: { labels: { some: { name: { eq: "omakase" } } },
        project: { null: false }, state: { type: { nin: ["completed", "canceled", "duplicate"] } } }) {
        nodes { id } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    ids.push(...issues.nodes.map(({ id }) => id));
    after = issues.pageInfo.endCursor;
    more = issues.pageInfo.hasNextPage;
  }
  const rows = await featuresOf(ids);
  return { there: ids.length, here: rows.filter(({ issue, withdrawn }) => issue && !withdrawn).length };
};

/** The first 250 issues that `seed` made. */
export const seededIssues = async (): Promise<string[]> => {
  const { issues } = await workspace.graphql<{ issues: { nodes: { id: string }[] } }>(
    '{ issues(first: 250, filter: { title: { startsWith: "Issue " } }) { nodes { id } } }',
    {},
  );
  return issues.nodes.map(({ id }) => id);
};
