import { join } from 'node:path';
import type { Clock } from './clock.ts';
import {
  type FunctionConfig,
  type FunctionProcess,
  type InvokeResult,
  startFunctionProcess,
} from './function-process.ts';
import type { Deployment } from './template.ts';

type FunctionProperties = {
  Code: { S3Key: string };
  Handler: string;
  Environment?: { Variables?: Record<string, string> };
  MemorySize?: number;
  Timeout?: number;
};
type EventInvokeConfig = {
  FunctionName: string;
  MaximumRetryAttempts?: number;
  MaximumEventAgeInSeconds?: number;
};

/** A process with nothing to do is let go, as on Lambda, but soon: each takes some 75 MB. */
const IDLE_MS = 30_000;
const SPARE_IDLE_MS = 5_000;
const DEFAULT_EVENT_AGE_SECONDS = 6 * 3600;

export type FunctionsOptions = {
  /** AWS_ENDPOINT_URL_*: where the functions find the AWS services. */
  endpoints: Record<string, string>;
  logs: string;
  clock: Clock;
  /** Processes a function may have at once; further events wait. */
  concurrency: number;
};

export type Functions = ReturnType<typeof createFunctions>;

/** The functions of the template, each in processes of its own, made when an event comes and kept for the next. */
export const createFunctions = (deployment: Deployment, options: FunctionsOptions) => {
  const asynchronous = new Map(
    deployment
      .resources<EventInvokeConfig>('AWS::Lambda::EventInvokeConfig')
      .map(({ properties }) => [properties.FunctionName, properties]),
  );
  const pools = new Map(
    deployment.resources<FunctionProperties>('AWS::Lambda::Function').map(({ name, arn, properties }) => {
      const config: FunctionConfig = {
        name,
        arn,
        code: deployment.asset(properties.Code),
        handler: properties.Handler,
        environment: properties.Environment?.Variables ?? {},
        memoryMiB: properties.MemorySize ?? 128,
        timeoutSeconds: properties.Timeout ?? 3,
        log: join(options.logs, `${name}.log`),
      };
      return [name, createPool(config, options)];
    }),
  );
  const nameOf = (nameOrArn: string) => nameOrArn.split(':function:').at(-1) ?? '';
  const pool = (nameOrArn: string) => {
    const found = pools.get(nameOf(nameOrArn));
    if (!found) throw new Error(`The template has no function ${nameOrArn}.`);
    return found;
  };

  return {
    has: (nameOrArn: string) => pools.has(nameOf(nameOrArn)),

    async invoke(nameOrArn: string, event: unknown): Promise<InvokeResult> {
      return pool(nameOrArn).invoke(JSON.stringify(event), Number.POSITIVE_INFINITY);
    },

    /** Returns at once, as an invocation of type Event. An event that waited too long for a process is dropped. */
    invokeEvent(nameOrArn: string, event: unknown): void {
      const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = DEFAULT_EVENT_AGE_SECONDS } =
        asynchronous.get(nameOf(nameOrArn)) ?? {};
      if (MaximumRetryAttempts > 0) throw new Error(`${nameOrArn}: the local runner does not retry events.`);
      void pool(nameOrArn).invoke(JSON.stringify(event), Date.now() + MaximumEventAgeInSeconds * 1000);
    },

    async stop() {
      await Promise.all([...pools.values()].map((each) => each.stop()));
    },
  };
};

type Job = { event: string; expiresAt: number; settle: (result: InvokeResult) => void };

const createPool = (config: FunctionConfig, { endpoints, clock, concurrency }: FunctionsOptions) => {
  const idle: { process: FunctionProcess; retire: NodeJS.Timeout }[] = [];
  const all = new Set<FunctionProcess>();
  const waiting: Job[] = [];
  let stopped = false;

  const start = () => {
    const process = startFunctionProcess(config, endpoints, clock.offsetMs);
    all.add(process);
    return process;
  };

  const takeIdle = () => {
    for (let last = idle.pop(); last; last = idle.pop()) {
      clearTimeout(last.retire);
      if (last.process.state.alive) return last.process;
      all.delete(last.process);
    }
    return undefined;
  };

  const work = async () => {
    const process = takeIdle() ?? (all.size < concurrency ? start() : undefined);
    if (!process) return;
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      if (job.expiresAt < Date.now()) continue;
      job.settle(await process.run(job.event, clock.offsetMs));
      if (!process.state.alive) break;
    }
    if (!process.state.alive) {
      all.delete(process);
      if (waiting.length > 0 && !stopped) void work();
      return;
    }
    const lifetimeMs = idle.length === 0 ? IDLE_MS : SPARE_IDLE_MS;
    const retire = setTimeout(() => {
      idle.splice(
        idle.findIndex((each) => each.process === process),
        1,
      );
      all.delete(process);
      void process.stop();
    }, lifetimeMs).unref();
    idle.push({ process, retire });
  };

  return {
    invoke(event: string, expiresAt: number) {
      return new Promise<InvokeResult>((settle) => {
        waiting.push({ event, expiresAt, settle });
        if (!stopped) void work();
      });
    },
    async stop() {
      stopped = true;
      for (const { retire } of idle) clearTimeout(retire);
      await Promise.all([...all].map((process) => process.stop()));
    },
  };
};
