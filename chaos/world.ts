import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { LocalOptions } from '../local/run.ts';
import { until } from '../local/walk/walk-clients.ts';
import { type TableName, tableVariable } from '../shared/data/tables.ts';
import { SCOPES } from '../testing/oauth-flow.ts';
import { startStack } from '../testing/stack.ts';
import type { Options } from './options.ts';
import { connectOrganization, OWNER, postJson, type Workspace } from './workspace.ts';

/** Unlabelled issues that an organization begins with. */
const OTHERS = 6;

type Row = Record<string, unknown>;
export type Answer = { status: number; body: Record<string, unknown> };
export type World = Awaited<ReturnType<typeof startWorld>>;

const WARM_TICKS = 60;

/** Whether most of the seeded issues that nothing blocks can be claimed. */
const isReady = async ({
  rows,
  workspaces,
}: {
  rows(table: TableName): Promise<Row[]>;
  workspaces: Map<number, Workspace>;
}) => {
  const ready = (await rows('features')).filter(({ claimAt }) => claimAt !== undefined).length;
  const issues = [...workspaces.values()].reduce(
    (sum, each) => sum + each.issues.length - OTHERS - each.held.length,
    0,
  );
  return ready >= 0.9 * issues;
};

/** The whole service with connected workspaces: what humans, orchestrators and faults act on. */
export const startWorld = async (
  options: Options,
  local: Partial<LocalOptions> = { concurrency: 2, processes: 10 },
) => {
  const stack = await startStack(local);
  const client = new DynamoDBClient({
    endpoint: stack.outputs.dynamodb,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'chaos', secretAccessKey: 'chaos' },
  });
  const db = DynamoDBDocumentClient.from(client);
  const { linear, api } = stack.outputs;
  let offsetMs = 0;

  const world = {
    stack,
    workspaces: new Map<number, Workspace>(),
    now: () => Date.now() + offsetMs,

    async advance(advanceMs: number) {
      // Our clock moves before those of the functions, so that it is never behind them.
      offsetMs += advanceMs;
      await postJson(new URL('/_local/clock', linear), { advanceMs });
    },

    /** Sends one request to our API. Status 0 means no answer. */
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
        stack.environmentOf('Oauth')[tableVariable(table)] ??
        stack.environmentOf('PollerTick')[tableVariable(table)];
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
      const workspace = await connectOrganization(stack, index, {
        projects,
        issues: perWorkspace(options.issues),
      });
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
    // A feature can be claimed after a tick has processed it.
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
