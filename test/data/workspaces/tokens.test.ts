import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Workspaces, workspacesTable } from '../../../shared/data/workspaces/workspaces.ts';
import { AppError } from '../../../shared/errors.ts';
import type { LinearApi } from '../../../shared/linear/api.ts';
import { LinearError } from '../../../shared/linear/errors.ts';
import type { LinearOauth, TokenSet } from '../../../shared/linear/oauth.ts';
import type { Vault } from '../../../shared/runtime/vault.ts';
import { tokens } from '../../../shared/use-cases/workspaces/tokens.ts';
import { withLinear } from '../../../shared/use-cases/workspaces/with-linear.ts';
import { connectWorkspace } from '../../../testing/connected.ts';
import { startTables, type TestTables } from '../../../testing/tables.ts';

const NOW = Date.parse('2026-11-02T12:00:00.000Z');
const HOUR_MS = 3_600_000;

let tables: TestTables;
let workspaces: Workspaces;
beforeAll(async () => {
  tables = await startTables();
  workspaces = workspacesTable(tables.db, 'workspaces');
});
afterAll(() => tables.stop());

let clock: number;
let sent: number[];
let number = 0;
let id: string;
beforeEach(() => {
  clock = NOW;
  sent = [];
  id = `workspace-${++number}`;
});

const connect = (tokenLeftMs: number) =>
  connectWorkspace(
    workspaces,
    { id, now: NOW },
    { tokenExpiresAt: new Date(NOW + tokenLeftMs).toISOString() },
  );

const now = () => clock;
const vault: Vault<TokenSet> = {
  open: async () => ({ accessToken: 'access', refreshToken: 'refresh', scope: 'read' }),
  seal: async () => 'sealed anew',
};
/** The tokens of one container. Every refresh fails, and sleeping advances the clock. */
const container = (how: { waitMs?: number } = {}) =>
  tokens({
    workspaces,
    vault,
    oauth: {
      refresh: async () => {
        sent.push(clock);
        clock += 10_000;
        throw new AppError('upstream', 'Linear could not be reached.');
      },
    } as unknown as LinearOauth,
    onLost: async () => {},
    now,
    sleep: async (ms) => {
      clock += ms;
    },
    ...how,
  });

test('a token endpoint that does not answer counts as an outage of Linear, without waiting', async () => {
  await connect(-HOUR_MS);
  const error = await container()
    .token(id)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LinearError);
  expect((error as LinearError).failure).toEqual({ is: 'unavailable' });
  expect(clock - NOW).toBe(10_000);
});

test('a valid token stays in use while refreshing fails, and is refreshed at most every 15 s', async () => {
  await connect(HOUR_MS);
  const { token } = container();
  for (; clock < NOW + 120_000; clock += 1_000)
    expect(await token(id)).toMatchObject({ accessToken: 'access' });
  const gaps = sent.slice(1).map((at, n) => at - (sent[n] ?? 0));
  expect(sent.length).toBeGreaterThan(3);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15_000);
});

test('nobody waits for another refresher beyond the deadline, or longer than the function allows', async () => {
  await connect(-HOUR_MS);
  /** How long `act` waits while another holds the right to refresh. */
  const waited = async (act: () => Promise<unknown>): Promise<number> => {
    clock += 30_000;
    const row = await workspaces.get(id);
    expect(row && (await workspaces.leaseRefresh(row, 29_000, clock))).toBe(true);
    const begun = clock;
    await expect(act()).rejects.toThrow('No fresh token');
    return clock - begun;
  };
  const slack = 500;
  expect(await waited(() => container().token(id))).toBeLessThanOrEqual(25_000 + slack);
  expect(await waited(() => container({ waitMs: 5_000 }).token(id))).toBeLessThanOrEqual(5_000 + slack);
  const until = () => ({ deadline: clock + 2_000 });
  expect(await waited(() => container().token(id, until()))).toBeLessThanOrEqual(2_000 + slack);
  expect(await waited(() => container().token(id, { deadline: clock - 1 }))).toBe(0);
  expect(sent).toEqual([]);
});

test('no request to Linear begins after the deadline of the invocation', async () => {
  await connect(24 * HOUR_MS);
  let calls = 0;
  const linear = withLinear({
    tokens: container(),
    workspaces,
    api: () => ({}) as LinearApi,
    deadline: () => NOW + 1_000,
    now,
  });
  const call = async () => {
    calls++;
  };
  await linear(id, call);
  clock = NOW + 1_000;
  await expect(linear(id, call)).rejects.toThrow('No time is left');
  expect(calls).toBe(1);
});

test('no second attempt with a newer token begins after the deadline of the invocation', async () => {
  await connect(24 * HOUR_MS);
  const linear = withLinear({
    tokens: {
      token: async () => ({ accessToken: 'access', version: 1 }),
    },
    workspaces,
    api: () => ({}) as LinearApi,
    deadline: () => NOW + 1_000,
    now,
  });
  const refused = linear(id, async () => {
    clock += 2_000;
    throw new LinearError({ is: 'unauthorized' }, {});
  });
  await expect(refused).rejects.toThrow('No time is left');
});
