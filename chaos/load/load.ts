import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { startEngine } from '../../local/dynamodb/engine.ts';
import { cpuSecondsOfOurs } from '../../testing/processes.ts';
import { sizeOf } from '../options.ts';
import { startWorld, type World } from '../world.ts';
import type { Begun, Sending, Sent } from './load-sender.ts';

const PATIENCE_MS = 5_000;
/** When Linear's first retry comes. */
const RETRY_MS = 61_000;
/** The most issues that Linear edits in one mutation. */
const EDITS_AT_ONCE = 50;
const TICKS = 300;
/** Real time between two ticks, in which a tick can finish its work. */
const TICK_MS = 1_000;

type Row = {
  workspaceId: string;
  linearIssueId: string;
  issue?: { name: string };
  dueIn?: string;
  dueAt?: string;
};

/** Measures how long `work` takes and how busy the cores are: with everything, and with this run alone. */
const measured = async <T>(work: () => Promise<T>) => {
  const times = () =>
    cpus().reduce(
      (sum, { times: { user, nice, sys, irq, idle } }) => ({
        busy: sum.busy + user + nice + sys + irq,
        idle: sum.idle + idle,
      }),
      { busy: 0, idle: 0 },
    );
  const [before, ours, startedAt] = [times(), cpuSecondsOfOurs(), performance.now()];
  const result = await work();
  const after = times();
  const busy = after.busy - before.busy;
  const seconds = (performance.now() - startedAt) / 1000;
  const percent = (part: number, of: number) => `${Math.round((100 * part) / of)} %`;
  const cores = `${percent(busy, busy + after.idle - before.idle)} of ${cpus().length} cores busy, ${percent(
    cpuSecondsOfOurs() - ours,
    seconds * cpus().length,
  )} with this`;
  return { result, seconds, cores };
};

/** `npm run chaos -- load`: a steady stream of deliveries, then a bulk edit. Returns whether both passed. */
export const load = async (args: string[]): Promise<boolean> => {
  const size = (name: string, value: string) => ({ [name]: { type: 'string', default: value } as const });
  const { values } = parseArgs({
    args,
    options: {
      ...size('rate', '500'),
      ...size('seconds', '60'),
      ...size('issues', '2000'),
      ...size('burst', '20000'),
    },
  });
  const [rate, seconds, issues, burst] = (['rate', 'seconds', 'issues', 'burst'] as const).map((name) =>
    sizeOf(name, values[name] ?? ''),
  ) as [number, number, number, number];
  // The engine keeps its rows in memory, because DynamoDB's disks are not on this machine. There is no recording proxy,
  // which would cost as much as the gateway. One process for each core is enough.
  const folder = mkdtempSync(join(tmpdir(), 'omakase-load-'));
  const engine = await startEngine({ log: join(folder, 'engine.log') });
  const world = await startWorld(
    { seed: 0, seconds: 0, workspaces: 2, projects: 4, issues: 0, edits: 0, attempts: 0, only: undefined },
    { concurrency: cpus().length, processes: 10, schedules: false, dynamodbEndpoint: engine.endpoint },
  );
  try {
    const isSteady = rate * seconds === 0 || (await steady(world, { rate, seconds, issues }));
    return (burst === 0 || (await bulkEdit(world, burst))) && isSteady;
  } finally {
    await world.stop();
    await engine.stop();
    rmSync(folder, { recursive: true });
  }
};

const rowsOf = async (world: World, workspaceId: string) =>
  ((await world.rows('features')) as unknown as Row[]).filter((row) => row.workspaceId === workspaceId);

const steady = async (
  world: World,
  { rate, seconds, issues }: Pick<Sending, 'rate' | 'seconds' | 'issues'>,
) => {
  const workspace = world.workspaces.get(0);
  if (!workspace) throw new Error('There is no first workspace.');
  const { api, webhookSecret = '' } = world.stack.outputs;
  const workerData: Sending = {
    url: api,
    secret: webhookSecret,
    organizationId: workspace.organizationId,
    labelId: workspace.labelId,
    project: {
      id: workspace.projects[0]?.id ?? '',
      name: 'Load',
      url: 'https://linear.app/chaos/project/load',
    },
    rate,
    seconds,
    issues,
    now: world.now(),
  };
  const worker = new Worker(new URL('./load-sender.ts', import.meta.url), { workerData });
  const message = async <T>() => ((await once(worker, 'message')) as [T])[0];
  await message<Begun>();
  const { result, cores } = await measured(() => message<Sent>());
  const took = result.took.sort((one, other) => one - other);
  const at = (part: number) => Math.round(took[Math.floor(part * (took.length - 1))] ?? 0);
  const names = new Map(
    (await rowsOf(world, workspace.workspaceId)).map((row) => [row.linearIssueId, row.issue?.name]),
  );
  const lost = result.edits.filter(
    (edit, issue) => edit > 0 && names.get(`load-${issue}`) !== `Edit ${edit}`,
  ).length;
  console.log(
    `${rate} deliveries a second for ${seconds} s: answers ${JSON.stringify(result.answers)}; ` +
      `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms; ${cores}; ` +
      `${lost} of ${issues} issues without their last edit.`,
  );
  return lost === 0 && at(0.99) < PATIENCE_MS;
};

const bulkEdit = async (world: World, count: number): Promise<boolean> => {
  const workspace = world.workspaces.get(1);
  if (!workspace) throw new Error('There is no second workspace.');
  const { stack } = world;
  await workspace.handle('/_local/seed', { teams: 0, projects: 0, issues: count });
  await workspace.handle('/_local/limits', { requests: 1_000_000, complexity: 1_000_000_000 });
  await world.call('POST', `/workspaces/${workspace.workspaceId}/sync`, {});
  const ticksUntil = async (isDone: (rows: Row[]) => boolean) => {
    for (let tick = 1; tick <= TICKS; tick++) {
      await sleep(TICK_MS);
      if (isDone(await rowsOf(world, workspace.workspaceId))) return tick;
      await world.advance(61_000);
      await stack.invoke('PollerTick', {});
    }
    return undefined;
  };
  const isIdle = (rows: Row[]) => rows.every(({ dueIn }) => dueIn === undefined);
  const imported = await measured(() => ticksUntil((rows) => rows.length >= count && isIdle(rows)));
  console.log(`${count} issues imported in ${Math.round(imported.seconds)} s.`);

  const ids: string[] = [];
  for (const row of await rowsOf(world, workspace.workspaceId)) ids.push(row.linearIssueId);
  const isEdited = ({ issue }: Row) => issue?.name === 'Edited in bulk';
  const deliveries = async () => {
    const url = new URL(`/_local/deliveries?organization=${workspace.organizationId}`, stack.outputs.linear);
    const all = (
      (await (await fetch(url)).json()) as { deliveries: { outcome: string; dueAt: number | null }[] }
    ).deliveries;
    return all.filter(({ outcome, dueAt }) => outcome === 'pending' && dueAt === null).length;
  };
  const edited = await measured(async () => {
    for (let start = 0; start < ids.length; start += EDITS_AT_ONCE)
      await workspace.graphql(
        'mutation($ids: [UUID!]!, $input: IssueUpdateInput!) { issueBatchUpdate(ids: $ids, input: $input) { success } }',
        { ids: ids.slice(start, start + EDITS_AT_ONCE), input: { title: 'Edited in bulk' } },
      );
    while ((await deliveries()) > 0) await sleep(TICK_MS);
  });
  const rows = await rowsOf(world, workspace.workspaceId);
  const first = rows.filter(isEdited).length;
  console.log(
    `A bulk edit of ${rows.length} issues: ${first} received at the first try, in ${Math.round(edited.seconds)} s; ` +
      `${edited.cores}.`,
  );
  await world.advance(RETRY_MS);
  const drained = await measured(() => ticksUntil((after) => after.every(isEdited) && isIdle(after)));
  console.log(
    drained.result
      ? `All of them after ${drained.result} more ticks, ${Math.round(drained.seconds)} s.`
      : `Not all of them after ${TICKS} ticks.`,
  );
  return drained.result !== undefined;
};
