import { join } from 'node:path';
import { constructIdOf, type Deployment } from '../aws/template.ts';
import type { Clock } from '../clock.ts';
import { type FunctionConfig, type InvokeResult, startFunctionProcess } from './function-process.ts';
import { createPools } from './pool.ts';

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

const DEFAULT_EVENT_AGE_SECONDS = 6 * 3600;

export type FunctionsOptions = {
  /** The variables AWS_ENDPOINT_URL_*, with the URLs of the AWS services. */
  endpoints: Record<string, string>;
  logs: string;
  clock: Clock;
  /** The most processes of one function; further events wait. */
  concurrency: number;
  /** The most processes of all functions together. A function without a process gets one even beyond this. */
  processes?: number | undefined;
};

/** Enough for a run, and few enough for a small machine. */
const MAX_PROCESSES = 6;

export type Functions = ReturnType<typeof createFunctions>;

/** The functions of the template. Each has its own processes, which start when an event comes. */
export const createFunctions = (deployment: Deployment, options: FunctionsOptions) => {
  const asynchronous = new Map(
    deployment
      .resources<EventInvokeConfig>('AWS::Lambda::EventInvokeConfig')
      .map(({ properties }) => [properties.FunctionName, properties]),
  );
  const { endpoints, logs, clock, concurrency, processes = MAX_PROCESSES } = options;
  const createPool = createPools({ perFunction: concurrency, inAll: processes });
  const resources = deployment.resources<FunctionProperties>('AWS::Lambda::Function');
  const nameOfConstruct = new Map(resources.map(({ logicalId, name }) => [constructIdOf(logicalId), name]));
  const pools = new Map(
    resources.map(({ name, arn, properties }) => {
      const config: FunctionConfig = {
        name,
        arn,
        code: deployment.asset(properties.Code),
        handler: properties.Handler,
        environment: properties.Environment?.Variables ?? {},
        memoryMiB: properties.MemorySize ?? 128,
        timeoutSeconds: properties.Timeout ?? 3,
        log: join(logs, `${name}.log`),
      };
      return [
        name,
        createPool({
          start: () => startFunctionProcess(config, endpoints, clock.offsetMs),
          run: (process, event) => process.run(event, clock.offsetMs),
        }),
      ];
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

    /**
     * Waits for the answer. If the caller hangs up (`signal`) before a process is free, the event is dropped. Lambda
     * does not queue such events either, so a caller that tries again must not be served twice.
     */
    async invoke(nameOrArn: string, event: unknown, signal?: AbortSignal): Promise<InvokeResult> {
      return pool(nameOrArn).invoke(JSON.stringify(event), () => !signal?.aborted);
    },

    /** Returns at once, as an invocation of type Event does. An event that waits too long for a process is dropped. */
    invokeEvent(nameOrArn: string, event: unknown): void {
      const { MaximumRetryAttempts = 2, MaximumEventAgeInSeconds = DEFAULT_EVENT_AGE_SECONDS } =
        asynchronous.get(nameOf(nameOrArn)) ?? {};
      if (MaximumRetryAttempts > 0) throw new Error(`${nameOrArn}: the local runner does not retry events.`);
      const expiresAt = Date.now() + MaximumEventAgeInSeconds * 1000;
      void pool(nameOrArn).invoke(JSON.stringify(event), () => Date.now() <= expiresAt);
    },

    /** The construct ids of the functions in the CDK app, such as `Sync`. */
    constructIds: () => [...nameOfConstruct.keys()],

    /** Kills the processes of the function with this construct id, and returns how many there were. */
    kill: (constructId: string): Promise<number> =>
      pool(nameOfConstruct.get(constructId) ?? constructId).kill(),

    async stop() {
      await Promise.all([...pools.values()].map((each) => each.stop()));
    },
  };
};
