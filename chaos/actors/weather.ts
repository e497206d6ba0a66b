import { setTimeout as sleep } from 'node:timers/promises';
import { ownProcessesOf } from '../../testing/processes.ts';
import { random } from '../../testing/random.ts';
import type { Strike } from '../../testing/wire.ts';
import type { Linearity, strikes, Weather } from '../plan.ts';
import type { Workspace, World } from '../world.ts';

type Doing = { outcome: string; about: string[] };

const strikeOf: Record<(typeof strikes)[number], Strike> = {
  throttle: { status: 400, type: 'ProvisionedThroughputExceededException' },
  conflict: { status: 400, type: 'TransactionConflictException' },
  error: { status: 500, type: 'InternalServerError' },
  'reset-before': 'reset-before',
  'reset-after': 'reset-after',
};

const RECONNECTS = 10;
/** How often, and how far apart, it is asked whether a refresh is begun before the clock stays where it is. */
const LOOKS = 20;
const LOOK_EVERY_MS = 250;

/** Makes the faults of a plan. */
export const weather = (world: World, seed: number) => {
  const { stack } = world;
  const chance = random(seed + 7);
  let engineIsUp: Promise<void> = Promise.resolve();
  /** Whoever took the app out and has not had it back in. */
  const takenOut = new Set<Workspace>();

  const killEngine = async (downMs: number) => {
    await stack.engine.kill();
    await sleep(downMs);
    await stack.engine.start();
  };

  /** A human approves the app again, as often as it takes. */
  const connect = async (workspace: Workspace): Promise<void> => {
    for (let attempt = 0; ; attempt++)
      try {
        await workspace.connect();
        takenOut.delete(workspace);
        return;
      } catch (error) {
        if (attempt === RECONNECTS) throw error;
        await sleep(300);
      }
  };

  /**
   * Linear answers a refresh alike for half an hour. Over more than that no clock jumps on our account: the grant
   * would be lost, and nobody could have kept it.
   */
  const isRefreshing = async () => {
    const begun = async () =>
      (await world.rows('workspaces')).some(
        ({ connection, refreshUntil }) => connection === 'connected' && refreshUntil !== undefined,
      );
    for (let look = 0; look < LOOKS; look++) {
      if (!(await begun())) return false;
      await sleep(LOOK_EVERY_MS);
    }
    return true;
  };

  return {
    async strike(action: Weather): Promise<Doing> {
      switch (action.does) {
        case 'kill': {
          const [pid] = ownProcessesOf(action.of).sort(() => chance() - 0.5);
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
          return { outcome: pid === undefined ? 'nothing ran' : `killed ${pid}`, about: [] };
        }
        case 'engine':
          engineIsUp = engineIsUp.then(() => killEngine(action.downMs));
          await engineIsUp;
          return { outcome: 'up again', about: [] };
        case 'dynamodb': {
          let struck = 0;
          const strike = ({ caller }: { caller: string }) => {
            if (caller === 'chaos' || chance() >= action.share) return undefined;
            struck += 1;
            return strikeOf[action.strike];
          };
          stack.wire.strike = strike;
          await sleep(action.forMs);
          if (stack.wire.strike === strike) stack.wire.strike = undefined;
          return { outcome: `${struck} struck`, about: [] };
        }
        case 'clock':
          if (await isRefreshing()) return { outcome: 'not while a token is refreshed', about: [] };
          await world.advance(action.advanceMs);
          return { outcome: new Date(world.now()).toISOString(), about: [] };
      }
    },

    async trouble(action: Linearity): Promise<Doing> {
      const workspace = world.workspaces.get(action.workspace) as Workspace;
      if (action.does === 'fault') {
        // Whose token is asked for does Linear not know before it has read it.
        const isAnybodys = action.fault.operation === 'oauth/token';
        if (isAnybodys) await workspace.post('/_local/faults', action.fault);
        else await workspace.handle('/_local/faults', action.fault);
        return { outcome: 'waits to strike', about: [] };
      }
      takenOut.add(workspace);
      await workspace.handle('/_local/revoke', {});
      await sleep(action.afterMs);
      await connect(workspace);
      return { outcome: 'connected again', about: [] };
    },

    /** Everything works again. */
    async clear(): Promise<void> {
      stack.wire.strike = undefined;
      await engineIsUp;
      await fetch(new URL('/_local/faults', stack.handles.linear), { method: 'DELETE' });
      const connected = new Set(
        (await world.rows('workspaces'))
          .filter(({ connection, revokedAt }) => connection === 'connected' && revokedAt === undefined)
          .map(({ id }) => id),
      );
      for (const workspace of world.workspaces.values())
        if (takenOut.has(workspace) || !connected.has(workspace.workspaceId)) await connect(workspace);
    },
  };
};
