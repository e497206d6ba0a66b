import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalOptions } from '../local/run.ts';
import { until } from '../local/walk/walk-clients.ts';
import type { TableName } from '../shared/data/tables.ts';
import { connectAs, SCOPES } from '../testing/oauth-flow.ts';
import { startStack, type TestStack } from '../testing/stack.ts';
import type { Options } from './options.ts';

const OWNER = 'auth0|owner';
/** Issues that an organization begins with and that are not ours. */
const OTHERS = 6;
const PLENTY = 10_000_000;
/** In every description and comment of the run: it must not be in a log. */
export const PRIVATE = 'for-nobody-but-linear';

type Row = Record<string, unknown>;
export type Answer = { status: number; body: Record<string, unknown> };
export type Workspace = Awaited<ReturnType<typeof settleIn>>;
/** Which workspace it is, by its number in the plan and by our id. */
export type Place = Pick<Workspace, 'index' | 'workspaceId'>;
export type World = Awaited<ReturnType<typeof startWorld>>;

const postJson = async (url: URL, body: unknown, authorization = '') => {
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
};

/** An organization in Linear with projects and labelled issues, connected. */
const settleIn = async (
  stack: TestStack,
  index: number,
  { projects, issues }: { projects: number; issues: number },
) => {
  const { linear } = stack.handles;
  const { id: organizationId, adminKey } = (await postJson(new URL('/_local/organizations', linear), {
    name: `Chaos ${index}`,
  })) as { id: string; adminKey: string };
  const handle = (path: string, body: object) => {
    const url = new URL(path, linear);
    url.searchParams.set('organization', organizationId);
    return postJson(url, body);
  };
  await handle('/_local/seed', { teams: 0, projects, issues });
  await handle('/_local/limits', { of: 'keys', requests: PLENTY, complexity: PLENTY * 100 });

  /** Linear as the organization's human admin. */
  const graphql = async <T>(query: string, variables: object = {}): Promise<T> => {
    const { data, errors } = await postJson(new URL('/graphql', linear), { query, variables }, adminKey);
    if (errors) throw new Error(`Linear refused: ${JSON.stringify(errors)}`);
    return data as T;
  };
  const connect = () => connectAs(stack, OWNER, organizationId);
  const workspaceId = await connect();

  const known = await graphql<{
    projects: { nodes: { id: string; teams: { nodes: { id: string }[] } }[] };
    issueLabels: { nodes: { id: string; name: string }[] };
    workflowStates: { nodes: { id: string; name: string; team: { id: string } }[] };
  }>(`{ projects(first: 100) { nodes { id teams(first: 1) { nodes { id } } } }
        issueLabels(first: 50) { nodes { id name } }
        workflowStates(first: 50) { nodes { id name team { id } } } }`);
  const seeded: { id: string; team: { id: string } }[] = [];
  for (let after: string | null = null; ; ) {
    const page: {
      issues: { nodes: typeof seeded; pageInfo: { hasNextPage: boolean; endCursor: string } };
    } = await graphql(
      `query($after: String) { issues(first: 100, after: $after) {
        nodes { id team { id } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    seeded.push(...page.issues.nodes);
    if (!page.issues.pageInfo.hasNextPage) break;
    after = page.issues.pageInfo.endCursor;
  }
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
    issues: seeded.map(({ id, team }) => ({ id, teamId: team.id })),
    stateId: (teamId: string, name: string) =>
      known.workflowStates.nodes.find((state) => state.team.id === teamId && state.name === name)?.id,
    /** Our ids of its projects, by Linear's. */
    projectIds: new Map<string, string>(),
  };
};

const WARM_TICKS = 60;

/** Whether most of the issues that were there when it was connected can be claimed. */
const isReady = async ({
  rows,
  workspaces,
}: {
  rows(table: TableName): Promise<Row[]>;
  workspaces: Map<number, Workspace>;
}) => {
  const ready = (await rows('features')).filter(({ claimAt }) => claimAt !== undefined).length;
  const issues = [...workspaces.values()].reduce((sum, each) => sum + each.issues.length - OTHERS, 0);
  return ready >= 0.9 * issues;
};

/** The whole service with connected workspaces, as humans, orchestrators and the weather reach it. */
export const startWorld = async (
  options: Options,
  local: Partial<LocalOptions> = { concurrency: 2, processes: 10 },
) => {
  const stack = await startStack(local);
  const client = new DynamoDBClient({
    endpoint: stack.handles.dynamodb,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'chaos', secretAccessKey: 'chaos' },
  });
  const db = DynamoDBDocumentClient.from(client);
  const { linear, api } = stack.handles;
  let offsetMs = 0;

  const world = {
    stack,
    workspaces: new Map<number, Workspace>(),
    now: () => Date.now() + offsetMs,

    async advance(advanceMs: number) {
      // Functions may be told before we are: never behind them.
      offsetMs += advanceMs;
      await postJson(new URL('/_local/clock', linear), { advanceMs });
    },

    /** One request to our API. No answer is status 0. */
    async call(method: string, path: string, body?: object): Promise<Answer> {
      const headers = {
        authorization: `Bearer ${await stack.token(OWNER, SCOPES)}`,
        'content-type': 'application/json',
      };
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      try {
        const response = await fetch(new URL(path, api), { ...init, signal: AbortSignal.timeout(35_000) });
        const text = await response.text();
        return { status: response.status, body: text ? (JSON.parse(text) as Answer['body']) : {} };
      } catch {
        return { status: 0, body: {} };
      }
    },

    /** Every row of a table. */
    async rows(table: TableName): Promise<Row[]> {
      const TableName =
        stack.environmentOf('Oauth')[`${table.toUpperCase()}_TABLE`] ??
        stack.environmentOf('PollerTick')[`${table.toUpperCase()}_TABLE`];
      const rows: Row[] = [];
      let ExclusiveStartKey: Row | undefined;
      do {
        const page = await db.send(new ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }));
        rows.push(...((page.Items ?? []) as Row[]));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return rows;
    },

    async stop() {
      client.destroy();
      await stack.stop();
    },
  };

  try {
    const perWorkspace = (count: number) => Math.ceil(count / options.workspaces);
    for (let index = 0; index < options.workspaces; index++) {
      if (options.only !== undefined && options.only !== index) continue;
      // Every organization begins with two projects of its own.
      const projects = Math.max(0, perWorkspace(options.projects) - 2);
      const workspace = await settleIn(stack, index, { projects, issues: perWorkspace(options.issues) });
      world.workspaces.set(index, workspace);
    }
    for (const workspace of world.workspaces.values()) {
      await until('the projects to be mirrored', async () => {
        const path = `/projects?limit=100&workspaceId=${workspace.workspaceId}`;
        const { items = [] } = (await world.call('GET', path)).body as {
          items?: { id: string; linearProjectId: string }[];
        };
        for (const { id, linearProjectId } of items) workspace.projectIds.set(linearProjectId, id);
        return items.length >= workspace.projects.length ? true : undefined;
      });
    }
    // Ready to be claimed: what a tick has looked at.
    for (let tick = 0; tick < WARM_TICKS && !(await isReady(world)); tick++) {
      await world.advance(61_000);
      await stack.invoke('PollerTick', {});
    }
    return world;
  } catch (error) {
    await world.stop();
    throw error;
  }
};
