import { expect, test } from 'vitest';
import type { Features } from '../../../shared/data/features/features.ts';
import type { Projects } from '../../../shared/data/mirror/projects.ts';
import type { WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import type { Workspaces } from '../../../shared/data/workspaces/workspaces.ts';
import { type DueWorkspace, poll, serveDue } from '../../../shared/use-cases/schedule/poll.ts';
import type { ServeWorkspace } from '../../../shared/use-cases/schedule/serve-workspace.ts';

/** Serving by a clock of its own: each round of a workspace takes `roundMs`. */
const world = ({ roundMs = 1_000, answer = 'served' as Awaited<ReturnType<ServeWorkspace>> } = {}) => {
  let at = 0;
  const served: { workspaceId: string; features: number; at: number }[] = [];
  const serve: ServeWorkspace = async (workspaceId, featureIds) => {
    served.push({ workspaceId, features: featureIds.length, at });
    at += roundMs;
    return answer;
  };
  return { serve, served, now: () => at };
};
const due = (workspaceId: string, features: number): DueWorkspace => ({
  workspaceId,
  featureIds: Array.from({ length: features }, (_, n) => `${workspaceId}-${n}`),
});

test('a workspace with ten thousand due rows gets one round before every other has had its turn', async () => {
  const { serve, served, now } = world();
  await serveDue({ serve, logError: () => {}, now })(
    [due('big', 10_000), ...['a', 'b', 'c', 'd', 'e'].map((id) => due(id, 3))],
    30_000,
  );
  const turns = served.map(({ workspaceId }) => workspaceId);
  expect(new Set(turns.slice(0, 6)).size).toBe(6);
  expect(served[0]).toMatchObject({ workspaceId: 'big', features: 250 });
});

test('a workspace with many due rows gets more rounds until the time is over', async () => {
  const { serve, served, now } = world();
  await serveDue({ serve, logError: () => {}, now })([due('big', 10_000), due('small', 1)], 20_000);
  const rounds = served.filter(({ workspaceId }) => workspaceId === 'big');
  expect(rounds.length).toBeGreaterThan(15);
  expect(Math.max(...served.map(({ at }) => at))).toBeLessThan(20_000);
  expect(now()).toBeLessThan(25_000);
});

test('a busy or paused workspace gets no second round', async () => {
  for (const answer of ['busy', 'paused'] as const) {
    const { serve, served, now } = world({ answer });
    await serveDue({ serve, logError: () => {}, now })([due('big', 1_000)], 20_000);
    expect(served).toHaveLength(1);
  }
});

test('workspaces that fail do not affect the others, and the log and the thrown error name each of them', async () => {
  const { serve, served, now } = world();
  const breaking: ServeWorkspace = async (workspaceId, ...rest) => {
    if (workspaceId === 'a' || workspaceId === 'd') throw new Error(`cannot read row ${workspaceId}`);
    return serve(workspaceId, ...rest);
  };
  const logged: [string, unknown][] = [];
  const logError = (workspaceId: string, error: unknown) => logged.push([workspaceId, error]);
  const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => due(id, 1));
  const thrown = await serveDue({ serve: breaking, logError, now })(all, 20_000).catch(
    (error: unknown) => error,
  );
  expect(served).toHaveLength(4);
  expect(logged).toEqual([
    ['a', new Error('cannot read row a')],
    ['d', new Error('cannot read row d')],
  ]);
  expect(thrown).toBeInstanceOf(AggregateError);
  expect((thrown as AggregateError).message).toContain('workspace a: Error: cannot read row a');
  expect((thrown as AggregateError).message).toContain('workspace d: Error: cannot read row d');
});

const ticking = (
  workspaces: number,
  { features = 1, paused = [] as string[], due = [[]] as string[][] } = {},
) => {
  const { serve, served, now } = world({ roundMs: 0 });
  const handedOver: DueWorkspace[][] = [];
  const pagesRead: number[] = [];
  const ids = Array.from({ length: workspaces }, (_, n) => `w${n}`);
  const tick = poll({
    workspaces: {
      due: async (_: number, { start }: { start?: { page: number } } = {}) => {
        const page = start?.page ?? 0;
        pagesRead.push(page);
        return { items: due[page] ?? [], next: page + 1 < due.length ? { page: page + 1 } : undefined };
      },
      getMany: async (some: readonly string[]) =>
        some.map((id) => ({
          id,
          pausedUntil: paused.includes(id) ? new Date(60_000).toISOString() : undefined,
        })) as WorkspaceRow[],
    } as unknown as Workspaces,
    projects: { due: async () => [] } as unknown as Projects,
    features: {
      due: async () =>
        ids.flatMap((workspaceId) =>
          Array.from({ length: features }, (_, n) => ({ id: `${workspaceId}-${n}`, workspaceId })),
        ),
    } as unknown as Features,
    serveDue: serveDue({ serve, logError: () => {}, now }),
    startSync: async () => {},
    handOver: async ({ workspaces: some }) => {
      handedOver.push(some);
    },
    now,
  });
  return { tick, served, handedOver, pagesRead };
};

test('a few workspaces are served by the tick itself', async () => {
  const { tick, served, handedOver } = ticking(16);
  expect(await tick(1_000)).toBe(16);
  expect(served).toHaveLength(16);
  expect(handedOver).toEqual([]);
});

test('workspaces beyond what one invocation serves are handed over at once, each once, in events of allowed size', async () => {
  const { tick, served, handedOver } = ticking(200, { features: 400 });
  await tick(1_000);
  const handed = handedOver.flat().map(({ workspaceId }) => workspaceId);
  expect(new Set([...handed, ...served.map(({ workspaceId }) => workspaceId)]).size).toBe(200);
  expect(handed).toHaveLength(184);
  for (const group of handedOver) {
    expect(group.length).toBeLessThanOrEqual(16);
    // Ids are ULIDs in truth; an asynchronous invocation takes 256 kB.
    const bytes = JSON.stringify(
      group.map((each) => ({ ...each, featureIds: each.featureIds.map(() => 'X'.repeat(26)) })),
    ).length;
    expect(bytes).toBeLessThan(256_000);
  }
});

test('a paused workspace is skipped, whatever is due', async () => {
  const { tick, served } = ticking(3, { features: 1_000, paused: ['w1'] });
  await tick(1_000);
  expect(new Set(served.map(({ workspaceId }) => workspaceId))).toEqual(new Set(['w0', 'w2']));
});

test('paused workspaces do not hide others, however many are due', async () => {
  const paused = Array.from({ length: 12 }, (_, n) => `paused${n}`);
  const due = [paused.slice(0, 6), paused.slice(6), ['awake']];
  const { tick, served, pagesRead } = ticking(0, { paused, due });
  expect(await tick(1_000)).toBe(1);
  expect(served.map(({ workspaceId }) => workspaceId)).toEqual(['awake']);
  expect(pagesRead).toEqual([0, 1, 2]);
});

test('a tick reads only as many pages as it has work for, and one when it is idle', async () => {
  const idle = ticking(0);
  await idle.tick(1_000);
  expect(idle.pagesRead).toEqual([0]);
  const many = Array.from({ length: 1_000 }, (_, n) => `many${n}`);
  const busy = ticking(0, { due: [many, ['later']] });
  await busy.tick(1_000);
  expect(busy.pagesRead).toEqual([0]);
});
