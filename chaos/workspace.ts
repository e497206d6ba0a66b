import { connectAs } from '../testing/oauth-flow.ts';
import type { TestStack } from '../testing/stack.ts';

/** The subject that owns every workspace of a run. */
export const OWNER = 'auth0|owner';
const PLENTY = 10_000_000;
/** One in this many issues is blocked from the start, by an issue that nobody closes during the run. */
const HELD_ONE_IN = 20;

type Issue = { id: string; teamId: string };
/** A relation that humans made. `type` and ends change with it. */
type Relation = { id: string; type: 'blocks' | 'related'; blocker: Issue; blocked: Issue };
type Seeded = { id: string; team: { id: string }; labels: { nodes: { name: string }[] } };

export type Workspace = Awaited<ReturnType<typeof connectOrganization>>;
/** A workspace by its number in the plan and by our id. */
export type Place = Pick<Workspace, 'index' | 'workspaceId'>;

/** Posts JSON to the local Linear and returns its answer. Throws an Error for any status but 2xx. */
export const postJson = async (url: URL, body: unknown, authorization = '') => {
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
};

/** Makes an organization in Linear with projects and labelled issues, and connects it. */
export const connectOrganization = async (
  stack: TestStack,
  index: number,
  { projects, issues }: { projects: number; issues: number },
) => {
  const { linear } = stack.outputs;
  const { id: organizationId, adminKey } = (await postJson(new URL('/_local/organizations', linear), {
    name: `Chaos ${index}`,
  })) as { id: string; adminKey: string };
  const handle = (path: string, body: object) => {
    const url = new URL(path, linear);
    url.searchParams.set('organization', organizationId);
    return postJson(url, body);
  };
  await handle('/_local/seed', { teams: 0, projects, issues });
  // Whether Linear would refuse them is unknown. Readers have to cope with what then comes about.
  await postJson(new URL('/_local/switches', linear), { trashedTargets: 'accepted' });
  await handle('/_local/limits', { of: 'keys', requests: PLENTY, complexity: PLENTY * 100 });

  /** Calls Linear's API as the organization's admin. */
  const graphql = async <T>(query: string, variables: object = {}): Promise<T> => {
    const { data, errors } = await postJson(new URL('/graphql', linear), { query, variables }, adminKey);
    if (errors) throw new Error(`Linear refused: ${JSON.stringify(errors)}`);
    return data as T;
  };
  const known = await graphql<{
    projects: { nodes: { id: string; teams: { nodes: { id: string }[] } }[] };
    issueLabels: { nodes: { id: string; name: string }[] };
    workflowStates: { nodes: { id: string; name: string; team: { id: string } }[] };
  }>(`{ projects(first: 100) { nodes { id teams(first: 1) { nodes { id } } } }
        issueLabels(first: 50) { nodes { id name } }
        workflowStates(first: 50) { nodes { id name team { id } } } }`);
  const seeded: Seeded[] = [];
  for (let after: string | null = null; ; ) {
    const page: {
      issues: { nodes: typeof seeded; pageInfo: { hasNextPage: boolean; endCursor: string } };
    } = await graphql(
      `query($after: String) { issues(first: 100, after: $after) {
        nodes { id team { id } labels(first: 10) { nodes { name } } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    seeded.push(...page.issues.nodes);
    if (!page.issues.pageInfo.hasNextPage) break;
    after = page.issues.pageInfo.endCursor;
  }
  const isLabelled = ({ labels }: Seeded) => labels.nodes.some(({ name }) => name === 'omakase');
  const issueOf = ({ id, team }: Seeded): Issue => ({ id, teamId: team.id });
  const labelled = seeded.filter(isLabelled);
  const held = labelled.slice(0, Math.floor(labelled.length / HELD_ONE_IN)).map(({ id }) => id);
  const holder = { id: crypto.randomUUID(), teamId: known.projects.nodes[0]?.teams.nodes[0]?.id ?? '' };
  const holding = await hold(graphql, held, holder);

  // Only now, so that every read of the service has shown those relations.
  const connect = () => connectAs(stack, OWNER, organizationId);
  const workspaceId = await connect();
  return {
    index,
    organizationId,
    workspaceId,
    graphql,
    handle,
    post: (path: string, body: object) => postJson(new URL(path, linear), body),
    connect,
    labelId: known.issueLabels.nodes.find(({ name }) => name === 'omakase')?.id ?? '',
    projects: known.projects.nodes.map(({ id, teams }) => ({ id, teamId: teams.nodes[0]?.id ?? '' })),
    /** Grows as issues are created. */
    issues: seeded.map(issueOf),
    /** Those that began without the trigger label. */
    unlabelled: seeded.filter((issue) => !isLabelled(issue)).map(issueOf),
    /** The ids of issues that stay blocked during the whole run. */
    held,
    /** The issue that blocks these. */
    holder,
    /** The ids of the relations by which it does. */
    holding,
    /** The relations that humans made and did not delete. */
    relations: [] as Relation[],
    stateId: (teamId: string, name: string) =>
      known.workflowStates.nodes.find((state) => state.team.id === teamId && state.name === name)?.id,
    /** Our ids of its projects, by Linear's. */
    projectIds: new Map<string, string>(),
  };
};

/** Lets a new issue, which no human of the plan knows, block these issues. Answers the ids of the relations. */
const hold = async (
  graphql: (query: string, variables: object) => Promise<unknown>,
  issueIds: readonly string[],
  holder: Issue,
): Promise<string[]> => {
  await graphql('mutation($input: IssueCreateInput!) { issueCreate(input: $input) { success } }', {
    input: { ...holder, title: 'Not done during the run' },
  });
  const relations = issueIds.map((relatedIssueId) => ({ id: crypto.randomUUID(), relatedIssueId }));
  for (const relation of relations)
    await graphql(
      'mutation($input: IssueRelationCreateInput!) { issueRelationCreate(input: $input) { success } }',
      { input: { ...relation, issueId: holder.id, type: 'blocks' } },
    );
  return relations.map(({ id }) => id);
};
