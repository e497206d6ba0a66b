import { setTimeout as sleep } from 'node:timers/promises';
import { ownProcessesOf } from '../../testing/processes.ts';
import { random } from '../../testing/random.ts';
import type { WireFault } from '../../testing/wire.ts';
import type { DynamodbFault, LinearFault, SystemFault } from '../plan/actions.ts';
import type { Workspace } from '../workspace.ts';
import type { World } from '../world.ts';

type Doing = { outcome: string; about: string[] };

const wireFaultOf: Record<DynamodbFault, WireFault> = {
  throttle: { status: 400, type: 'ProvisionedThroughputExceededException' },
  conflict: { status: 400, type: 'TransactionConflictException' },
  error: { status: 500, type: 'InternalServerError' },
  'reset-before': 'reset-before',
  'reset-after': 'reset-after',
};

const RECONNECTS = 10;
/** How often it checks for a token refresh under way before it gives up moving the clock. */
const CHECKS = 20;
const CHECK_EVERY_MS = 250;

/** Injects the faults of a plan. */
export const faultInjector = (world: World, seed: number) => {
  const { stack } = world;
  const chance = random(seed + 7);
  let engineRestarted: Promise<void> = Promise.resolve();
  /** Workspaces whose admin removed the app and has not added it again. */
  const disconnected = new Set<Workspace>();

  const killEngine = async (downMs: number) => {
    await stack.engine.kill();
    await sleep(downMs);
    await stack.engine.start();
  };

  /** An admin approves the app again, and repeats that until it succeeds. */
  const connect = async (workspace: Workspace): Promise<void> => {
    for (let attempt = 0; ; attempt++)
      try {
        await workspace.connect();
        disconnected.delete(workspace);
        return;
      } catch (error) {
        if (attempt === RECONNECTS) throw error;
        await sleep(300);
      }
  };

  /**
   * Linear repeats its answer to a refresh for half an hour only. If the clock jumped further during a refresh, the grant
   * would be lost through no fault of the service.
   */
  const isRefreshing = async () => {
    const begun = async () =>
      (await world.rows('workspaces')).some(
        ({ connection, refreshUntil }) => connection === 'connected' && refreshUntil !== undefined,
      );
    for (let check = 0; check < CHECKS; check++) {
      if (!(await begun())) return false;
      await sleep(CHECK_EVERY_MS);
    }
    return true;
  };

  return {
    async injectSystemFault(action: SystemFault): Promise<Doing> {
      switch (action.does) {
        case 'kill': {
          const [pid] = ownProcessesOf(action.of).sort(() => chance() - 0.5);
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
          return { outcome: pid === undefined ? 'nothing ran' : `killed ${pid}`, about: [] };
        }
        case 'engine':
          engineRestarted = engineRestarted.then(() => killEngine(action.downMs));
          await engineRestarted;
          return { outcome: 'restarted', about: [] };
        case 'dynamodb': {
          let failed = 0;
          const faultOf = ({ caller }: { caller: string }) => {
            if (caller === 'chaos' || chance() >= action.share) return undefined;
            failed += 1;
            return wireFaultOf[action.fault];
          };
          stack.wire.faultOf = faultOf;
          await sleep(action.forMs);
          if (stack.wire.faultOf === faultOf) stack.wire.faultOf = undefined;
          return { outcome: `${failed} operations failed`, about: [] };
        }
        case 'clock':
          if (await isRefreshing()) return { outcome: 'skipped: a token is being refreshed', about: [] };
          await world.advance(action.advanceMs);
          return { outcome: new Date(world.now()).toISOString(), about: [] };
      }
    },

    async injectLinearFault(action: LinearFault): Promise<Doing> {
      const workspace = world.workspaces.get(action.workspace) as Workspace;
      if (action.does === 'fault') {
        // Linear does not know which workspace a token request is for, so this fault cannot be limited to one.
        const isGlobal = action.fault.operation === 'oauth/token';
        if (isGlobal) await workspace.post('/_local/faults', action.fault);
        else await workspace.handle('/_local/faults', action.fault);
        return { outcome: 'armed', about: [] };
      }
      disconnected.add(workspace);
      await workspace.handle('/_local/revoke', {});
      await sleep(action.afterMs);
      await connect(workspace);
      return { outcome: 'connected again', about: [] };
    },

    /** Ends all faults and connects every workspace again. */
    async clear(): Promise<void> {
      stack.wire.faultOf = undefined;
      await engineRestarted;
      await fetch(new URL('/_local/faults', stack.outputs.linear), { method: 'DELETE' });
      const connected = new Set(
        (await world.rows('workspaces'))
          .filter(({ connection, revokedAt }) => connection === 'connected' && revokedAt === undefined)
          .map(({ id }) => id),
      );
      for (const workspace of world.workspaces.values())
        if (disconnected.has(workspace) || !connected.has(workspace.workspaceId)) await connect(workspace);
    },
  };
};
