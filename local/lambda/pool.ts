import type { FunctionProcess, InvokeResult } from './function-process.ts';

/** A process with nothing to do is let go, as on Lambda, but soon: each takes some 80 MB. */
const IDLE_MS = 30_000;
const SPARE_IDLE_MS = 5_000;

type PoolOptions = {
  start(): FunctionProcess;
  run(process: FunctionProcess, event: string): Promise<InvokeResult>;
};
type Job = { event: string; isWanted: () => boolean; settle: (result: InvokeResult) => void };
type Pool = {
  size(): number;
  /** Lets go of an idle process, if it has one. */
  shrink(): boolean;
  /** Waits for a process. An event that nobody wants any more when its turn comes never runs, and never settles. */
  invoke(event: string, isWanted: () => boolean): Promise<InvokeResult>;
  /** Kills every process, busy or idle, and answers how many were alive. The next event starts another. */
  kill(): Promise<number>;
  stop(): Promise<void>;
};

/** Makes the pools of functions that share one machine. */
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

  const letGo = (process: FunctionProcess) => {
    clearTimeout(idle.get(process));
    idle.delete(process);
    all.delete(process);
    return process.stop();
  };

  const take = () => {
    // The one used last, so that spare ones grow old.
    for (const process of [...idle.keys()].reverse()) {
      if (!process.state.alive) {
        void letGo(process);
        continue;
      }
      clearTimeout(idle.get(process));
      idle.delete(process);
      return process;
    }
    // A function without any process must get one, or those that wait for its answer would wait for ever.
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
      void letGo(process);
      if (waiting.length > 0) void work();
      return;
    }
    const lifetimeMs = idle.size === 0 ? IDLE_MS : SPARE_IDLE_MS;
    idle.set(process, setTimeout(() => void letGo(process), lifetimeMs).unref());
  };

  return {
    size: () => all.size,
    shrink() {
      const [process] = idle.keys();
      if (process) void letGo(process);
      return process !== undefined;
    },
    invoke: (event, isWanted) =>
      new Promise((settle) => {
        waiting.push({ event, isWanted, settle });
        void work();
      }),
    async kill() {
      const alive = [...all].filter(({ state }) => state.alive);
      await Promise.all(alive.map(letGo));
      return alive.length;
    },
    async stop() {
      stopped = true;
      await Promise.all([...all].map(letGo));
    },
  };
};
