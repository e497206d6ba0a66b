import type { FunctionProcess, InvokeResult } from './function-process.ts';

/** Idle processes end sooner than on Lambda, because each takes about 80 MB. */
const IDLE_MS = 30_000;
const SPARE_IDLE_MS = 5_000;

type PoolOptions = {
  start(): FunctionProcess;
  run(process: FunctionProcess, event: string): Promise<InvokeResult>;
};
type Job = { event: string; isWanted: () => boolean; settle: (result: InvokeResult) => void };
type Pool = {
  size(): number;
  /** Ends an idle process, if there is one. Returns whether there was. */
  shrink(): boolean;
  /** Runs the event once a process is free. If it is not wanted any more by then, it never runs and never settles. */
  invoke(event: string, isWanted: () => boolean): Promise<InvokeResult>;
  /** Kills every process, busy or idle, and returns how many were alive. The next event starts a new one. */
  kill(): Promise<number>;
  stop(): Promise<void>;
};

/** Creates pools of functions that share one limit of processes. */
export const createPools = (limits: { perFunction: number; inAll: number }) => {
  const pools: Pool[] = [];
  const makeRoom = () => {
    const size = pools.reduce((sum, each) => sum + each.size(), 0);
    return size < limits.inAll || pools.some((each) => each.shrink());
  };
  return (options: PoolOptions): Pool => {
    const pool = createPool(options, limits.perFunction, makeRoom);
    pools.push(pool);
    return pool;
  };
};

const createPool = ({ start, run }: PoolOptions, limit: number, makeRoom: () => boolean): Pool => {
  const idle = new Map<FunctionProcess, NodeJS.Timeout>();
  const all = new Set<FunctionProcess>();
  const waiting: Job[] = [];
  let stopped = false;

  const end = (process: FunctionProcess) => {
    clearTimeout(idle.get(process));
    idle.delete(process);
    all.delete(process);
    return process.stop();
  };

  const take = () => {
    // It takes the process that was used last, so that spare processes become old enough to end.
    for (const process of [...idle.keys()].reverse()) {
      if (!process.state.alive) {
        void end(process);
        continue;
      }
      clearTimeout(idle.get(process));
      idle.delete(process);
      return process;
    }
    // A function without any process must get one. Otherwise callers that wait for its answer would never get it.
    if (all.size >= limit || !(makeRoom() || all.size === 0)) return undefined;
    const process = start();
    all.add(process);
    return process;
  };

  const work = async () => {
    const process = stopped ? undefined : take();
    if (!process) return;
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      if (!job.isWanted()) continue;
      job.settle(await run(process, job.event));
      if (!process.state.alive) break;
    }
    if (!process.state.alive) {
      void end(process);
      if (waiting.length > 0) void work();
      return;
    }
    const lifetimeMs = idle.size === 0 ? IDLE_MS : SPARE_IDLE_MS;
    idle.set(process, setTimeout(() => void end(process), lifetimeMs).unref());
  };

  return {
    size: () => all.size,
    shrink() {
      const [process] = idle.keys();
      if (process) void end(process);
      return process !== undefined;
    },
    invoke: (event, isWanted) =>
      new Promise((settle) => {
        waiting.push({ event, isWanted, settle });
        void work();
      }),
    async kill() {
      const alive = [...all].filter(({ state }) => state.alive);
      await Promise.all(alive.map(end));
      return alive.length;
    },
    async stop() {
      stopped = true;
      await Promise.all([...all].map(end));
    },
  };
};
