import { expect, test } from 'vitest';
import { serveSessions } from '../../../shared/use-cases/planning/reading/serve-sessions.ts';
import { startDueSessions } from '../../../shared/use-cases/planning/reading/start-due-sessions.ts';

type Outcome = 'read' | 'moved';

/** Serves sessions whose readings are scripted: an outcome, or an error. The time goes on by a minute a reading. */
const serving = (script: (id: string, nth: number) => Outcome | Error, isFree = true) => {
  let now = 0;
  const begun: string[] = [];
  const logged: unknown[] = [];
  const released: string[] = [];
  const log = (_: string, { sessionId, outcome }: Record<string, unknown>) =>
    logged.push([sessionId, outcome]);
  const serve = serveSessions({
    leases: {
      take: async () => isFree,
      release: async (lease: string) => void released.push(lease),
    } as never,
    readSession: async (id) => {
      begun.push(id);
      now += 60_000;
      const outcome = script(id, begun.filter((each) => each === id).length);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    log,
    logError: log,
    now: () => now,
  });
  const run = (sessionIds: string[], deadline = Number.POSITIVE_INFINITY) =>
    serve({ workspaceId: 'w', sessionIds }, deadline);
  return { run, begun, logged, released };
};

test('a session that fails does not keep the others from being read, and the failure is thrown', async () => {
  const { run, logged, released } = serving((id) => (id === 'a' ? new Error('bug') : 'read'));
  await expect(run(['a', 'b'])).rejects.toThrow('1 sessions failed');
  expect(logged).toEqual([
    ['a', 'failed'],
    ['b', 'read'],
  ]);
  expect(released).toEqual(['planning#a', 'planning#b']);
});

test('no reading begins after the deadline', async () => {
  const { run, begun } = serving(() => 'read');
  await run(['a', 'b', 'c'], 90_000);
  expect(begun).toEqual(['a', 'b']);
});

test('a session that changed while it was read is read again, a few times and not after the deadline', async () => {
  const once = serving((_, nth) => (nth === 1 ? 'moved' : 'read'));
  await once.run(['a']);
  expect(once.logged).toEqual([['a', 'read']]);
  const always = serving(() => 'moved');
  await always.run(['a']);
  expect(always.begun).toHaveLength(3);
  const late = serving(() => 'moved');
  await late.run(['a'], 60_000);
  expect(late.begun).toHaveLength(1);
});

test('a session that another worker reads is left to it', async () => {
  const { run, begun, logged, released } = serving(() => 'read', false);
  await run(['a']);
  expect([begun, logged, released]).toEqual([[], [['a', 'busy']], []]);
});

test('a tick hands over what is due workspace by workspace, and a few sessions of each', async () => {
  const due = [
    ...Array.from({ length: 40 }, (_, at) => ({ id: `a${at}`, workspaceId: 'a' })),
    { id: 'b0', workspaceId: 'b' },
  ];
  const handed = new Map<string, readonly string[]>();
  const tick = startDueSessions({
    sessions: { due: async () => due } as never,
    handOver: async ({ workspaceId, sessionIds }) => void handed.set(workspaceId, sessionIds),
    now: () => 0,
  });
  expect(await tick()).toBe(41);
  expect(handed.get('a')).toEqual(due.slice(0, 25).map(({ id }) => id));
  expect(handed.get('b')).toEqual(['b0']);
});
