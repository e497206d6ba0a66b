import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { REGION } from '../aws/template.ts';

export type FunctionConfig = {
  name: string;
  arn: string;
  /** The bundle's folder. */
  code: string;
  /** `index.handler`: the module and its export. */
  handler: string;
  environment: Record<string, string>;
  memoryMiB: number;
  timeoutSeconds: number;
  log: string;
};

/** The answer of Lambda's Invoke API: JSON, and whether it is an error. */
export type InvokeResult = { payload: string; functionError?: 'Unhandled' };
type Message = { ready: true } | InvokeResult;

/** Lambda permits 10 s, but a busy laptop may need longer. */
const INIT_LIMIT_MS = 30_000;

/** These save memory: a small young generation, and no optimised code for the WebAssembly HTTP parser of `fetch`. */
const NODE_OPTIONS = ['--max-old-space-size=256', '--max-semi-space-size=1', '--liftoff-only'];

/** The variables that Lambda adds to a function's environment. */
const lambdaEnvironment = ({ name, memoryMiB, handler, code }: FunctionConfig) => ({
  TZ: ':UTC',
  _HANDLER: handler,
  LAMBDA_TASK_ROOT: code,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMiB),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  // The key is the function's name, so an endpoint can identify the caller.
  AWS_ACCESS_KEY_ID: name,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_SESSION_TOKEN: 'local',
});

/** One execution environment: a process that has loaded the bundle and handles one event at a time. */
export const startFunctionProcess = (
  config: FunctionConfig,
  endpoints: Record<string, string>,
  offsetMs: number,
) => {
  const { name, arn, code, handler, environment, memoryMiB, timeoutSeconds } = config;
  const [module, exported] = handler.split('.') as [string, string];
  const log = openSync(config.log, 'a');
  const child = fork(
    join(import.meta.dirname, 'bootstrap.mjs'),
    [join(code, `${module}.mjs`), exported, String(offsetMs)],
    {
      cwd: code,
      env: { ...environment, ...lambdaEnvironment(config), ...endpoints },
      execArgv: NODE_OPTIONS,
      stdio: ['ignore', log, log, 'ipc'],
    },
  );
  closeSync(log);

  let answer: (message: Message | { exit: string }) => void = () => {};
  const next = () =>
    new Promise<Message | { exit: string }>((resolve) => {
      answer = resolve;
    });
  const state = { alive: true };
  const ended = new Promise<void>((resolve) => {
    const end = (exit: string) => {
      state.alive = false;
      answer({ exit });
      resolve();
    };
    child.once('exit', (status, signal) => end(signal ? `signal: ${signal}` : `exit status ${status}`));
    // `send` also emits this error when the process has just ended.
    child.on('error', ({ message }) => end(message));
  });
  child.on('message', (message: Message) => answer(message));

  /** Lambda's answer when a process exits or times out instead of answering. */
  const failure = (requestId: string, errorType: string, text: string): InvokeResult => ({
    payload: JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${text}` }),
    functionError: 'Unhandled',
  });
  const exited = (requestId: string, exit: string) =>
    failure(requestId, 'Runtime.ExitError', `Runtime exited with error: ${exit}`);
  const within = async <T>(answered: Promise<T>, milliseconds: number): Promise<T | 'late'> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), milliseconds);
    });
    return Promise.race([answered, late]).finally(() => clearTimeout(timer));
  };
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const ready = next();

  return {
    state,
    stop,
    async run(event: string, clockOffsetMs: number): Promise<InvokeResult> {
      const requestId = randomUUID();
      const started = await within(ready, INIT_LIMIT_MS);
      if (started === 'late') {
        await stop();
        return failure(requestId, 'Sandbox.Timedout', `Init timed out after ${INIT_LIMIT_MS / 1000} seconds`);
      }
      if ('exit' in started) return exited(requestId, started.exit);

      const answered = next();
      const context = {
        functionName: name,
        functionVersion: '$LATEST',
        invokedFunctionArn: arn,
        memoryLimitInMB: String(memoryMiB),
        logGroupName: `/aws/lambda/${name}`,
        logStreamName: 'local',
      };
      const deadline = Date.now() + timeoutSeconds * 1000;
      child.send({ requestId, event, context, deadline, offsetMs: clockOffsetMs });
      const result = await within(answered, timeoutSeconds * 1000);
      if (result === 'late') {
        await stop();
        return failure(
          requestId,
          'Sandbox.Timedout',
          `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
        );
      }
      if ('exit' in result) return exited(requestId, result.exit);
      return result as InvokeResult;
    },
  };
};

export type FunctionProcess = ReturnType<typeof startFunctionProcess>;
