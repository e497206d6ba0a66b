import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LoggedRequest } from '../../local/linear/requests.ts';
import { type Api, apiAs, linearAs, until } from '../../local/walk/walk-clients.ts';
import { onUnreadable } from '../../shared/composition/database.ts';
import { type TableName, tableVariable } from '../../shared/data/tables.ts';
import { connectAs, SCOPES } from '../../testing/oauth-flow.ts';
import { shortName, startStack } from '../../testing/stack.ts';
import { watchMemory } from './memory.ts';

const OWNER = 'auth0|owner';
/** The title of the newest issue. */
export const TOUCHED = 'Touched';
const PLENTY = 1_000_000;

type Graphql = <T>(query: string, variables?: object) => Promise<T>;
type Sync = {
  kind: string;
  outcome: string;
  startedAt: string;
  endedAt: string;
  counts: Record<string, number>;
};

/**
 * Starts the whole service, connects the first workspace of the local Linear and waits for its first sync. `seed`: how
 * many projects and issues Linear holds in addition.
 */
export const startService = async (
  seed: { projects?: number; issues?: number; blocks?: number[][] },
  options: { schedules?: boolean; dynamodbEndpoint?: undefined } = {},
) => {
  const stack = await startStack({ schedules: false, concurrency: 1, ...options });
  const memory = watchMemory();
  const client = new DynamoDBClient({
    endpoint: stack.outputs.dynamodb,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const { linear, adminKey = '' } = stack.outputs;

  const handle = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
    const response = await fetch(new URL(path, linear), { method, ...init });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };

  /** Calls Linear's API as the organization's admin. */
  const graphql: Graphql = async <T>(query: string, variables: object = {}): Promise<T> => {
    const headers = { authorization: adminKey, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify({ query, variables }) };
    const { data, errors } = (await (await fetch(new URL('/graphql', linear), init)).json()) as {
      data: T;
      errors?: unknown;
    };
    if (errors) throw new Error(`Linear refused: ${JSON.stringify(errors)}`);
    return data;
  };

  /** The requests to Linear's API since the last call. */
  const linearRequests = async (): Promise<LoggedRequest[]> => {
    const { requests } = await handle<{ requests: LoggedRequest[] }>('GET', '/_local/requests');
    await handle('DELETE', '/_local/requests');
    return requests.filter(({ actor }) => actor !== null);
  };

  /** The DynamoDB operations of the functions since the last call, as `PollerTick Query features due`. */
  const operations = (): string[] =>
    stack.wire
      .take()
      .filter(({ caller }) => caller !== 'bench')
      .map(({ caller, action, table, index }) =>
        [shortName(caller), action, shortName(table), ...(index ? [index] : [])].join(' '),
      );

  await handle('POST', '/_local/seed', seed);
  // Most of a workspace was edited long ago. Only what is newer lies in the window that a reconcile reads again.
  await handle('POST', '/_local/clock', { advanceMs: 30 * 60_000 });
  await touch(graphql);
  await handle('POST', '/_local/limits', { requests: PLENTY, complexity: PLENTY * 1000 });
  await linearRequests();
  const workspaceId = await connectAs(stack, OWNER);
  const api: Api = apiAs(stack.outputs.api, await stack.token(OWNER, SCOPES));
  const synced = await untilDone('the first sync', async () => {
    const { items } = await api.get<{ items: Sync[] }>(`/workspaces/${workspaceId}/history`);
    return items.find(({ kind, outcome }) => kind === 'sync' && outcome === 'done');
  });

  /** Runs ticks of the schedule until one sends no request to Linear. */
  const drain = async (): Promise<void> => {
    for (let tick = 0; tick < 50; tick++) {
      await linearRequests();
      await stack.invoke('PollerTick', {});
      if ((await linearRequests()).length === 0) return;
    }
    throw new Error('The poller still has work to do after 50 ticks.');
  };

  return {
    ...stack,
    drain,
    api,
    workspaceId,
    synced,
    handle,
    graphql,
    linearRequests,
    operations,
    human: linearAs(linear, adminKey),
    adminKey,
    /** A client of the tables. Its own operations are not counted. */
    db: { client, onUnreadable },
    /** The name of a table in the functions' environment. */
    table: (name: TableName) => stack.environmentOf('PollerTick')[tableVariable(name)] ?? '',
    async stop() {
      memory.stop();
      client.destroy();
      await stack.stop();
    },
  };
};

/** Edits one issue and one project, so that they are newer than everything else. */
const touch = async (graphql: Graphql): Promise<void> => {
  const { projects, issues } = await graphql<Record<'projects' | 'issues', { nodes: { id: string }[] }>>(
    '{ projects(first: 1) { nodes { id } } issues(first: 1) { nodes { id } } }',
  );
  await graphql(
    `mutation($project: String!, $issue: String!, $as: String!) {
      projectUpdate(id: $project, input: { description: $as }) { success }
      issueUpdate(id: $issue, input: { title: $as }) { success }
    }`,
    { project: projects.nodes[0]?.id, issue: issues.nodes[0]?.id, as: TOUCHED },
  );
};

/** Waits like `until`, but for minutes. */
const untilDone = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
  for (let patience = 0; ; patience++)
    try {
      return await until(what, ask);
    } catch (error) {
      if (patience === 10) throw error;
    }
};
