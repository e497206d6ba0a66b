import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openGateway } from '../../../local/api-gateway/gateway.ts';
import { resolveTemplates } from '../../../local/aws/template.ts';
import { createClock } from '../../../local/clock.ts';
import { withKillEndpoint } from '../../../local/kill-endpoint.ts';
import { createFunctions } from '../../../local/lambda/functions.ts';
import { foreignPages, statusOf } from '../../support/raw-http.ts';

const folder = mkdtempSync(join(tmpdir(), 'functions-'));
writeFileSync(
  join(folder, 'index.mjs'),
  `
  let count = 0;
  const loadedAt = Date.now();
  export const handler = async ({ act }, context) => {
    count++;
    if (act === 'throw') throw new TypeError('no');
    if (act === 'exit') process.exit(3);
    if (act === 'hang') await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (act === 'spin') for (;;) count++;
    if (act === 'wait') await new Promise((resolve) => setTimeout(resolve, 300));
    if (act === 'say') console.log('said so');
    const clocks = [Date.now(), new Date().getTime(), new Date(Date()).getTime(), loadedAt, new Date(5).getTime()];
    return { count, pid: process.pid, clocks, isDate: new Date() instanceof Date,
      left: context.getRemainingTimeInMillis(), env: process.env };
  };`,
);

const clock = createClock();
const { resources } = resolveTemplates(
  {
    Service: {
      Resources: {
        One: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Code: { S3Key: 'x.zip' },
            Handler: 'index.handler',
            Environment: { Variables: { MINE: 'yes' } },
            Timeout: 1,
          },
        },
        Async: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: { FunctionName: { Ref: 'One' }, MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      },
    },
  },
  { apiEndpoint: '' },
);
const functions = createFunctions(
  { resources, asset: () => folder },
  { endpoints: { AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:1' }, logs: folder, clock, concurrency: 2 },
);
afterAll(() => functions.stop());

const invoke = async (act?: string) => {
  const { payload, functionError } = await functions.invoke('Service-One', { act });
  return { ...JSON.parse(payload), functionError };
};

test('a function keeps its process for the next event', async () => {
  const [first, second] = [await invoke(), await invoke()];
  expect(second).toMatchObject({ pid: first.pid, count: first.count + 1 });
});

test('a function has the environment of the template and of Lambda, and no other variables', async () => {
  const { env } = await invoke();
  expect(env).toMatchObject({
    MINE: 'yes',
    AWS_LAMBDA_FUNCTION_NAME: 'Service-One',
    AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:1',
  });
  expect(env).not.toHaveProperty('PATH');
});

test('a function runs two events at once, and the third when one is done', async () => {
  const answers = await Promise.all([invoke('wait'), invoke('wait'), invoke('wait')]);
  expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
});

describe('a function’s failure is reported as Lambda reports it', () => {
  test('after an error of the handler, which keeps its process', async () => {
    const { pid } = await invoke();
    expect(await invoke('throw')).toMatchObject({
      functionError: 'Unhandled',
      errorType: 'TypeError',
      errorMessage: 'no',
      trace: expect.any(Array),
    });
    expect(await invoke()).toMatchObject({ pid });
  });

  test('after an exit, and the next event gets a new process', async () => {
    const { pid } = await invoke();
    expect(await invoke('exit')).toMatchObject({
      functionError: 'Unhandled',
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/exit status 3$/),
    });
    expect((await invoke()).pid).not.toBe(pid);
  });

  test('after an exit, and waiting events get a new process', async () => {
    const answers = await Promise.all([invoke('exit'), invoke('exit'), invoke(), invoke(), invoke()]);
    expect(answers.map(({ functionError }) => functionError)).toEqual([
      'Unhandled',
      'Unhandled',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test.each(['hang', 'spin'])('after a timeout, even if the handler never yields: %s', async (act) => {
    expect(await invoke(act)).toMatchObject({
      functionError: 'Unhandled',
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/),
    });
    expect(await invoke()).toHaveProperty('pid');
  });
});

describe('the kill endpoint of the gateway', async () => {
  const gateway = await openGateway(0);
  gateway.serve(withKillEndpoint(functions, async (_, response) => response.writeHead(418).end()));
  afterAll(() => gateway.stop());
  const kill = async (name: string, method = 'POST') => {
    const response = await fetch(`${gateway.url}/_local/functions/${name}/kill`, { method });
    return { status: response.status, body: await response.json() };
  };
  const isAlive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  test('kills idle and busy processes, and the next event gets a new one', async () => {
    const pids = (await Promise.all([invoke('wait'), invoke('wait')])).map(({ pid }) => pid);
    const busy = invoke('wait');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await kill('One')).toEqual({ status: 200, body: { function: 'One', killed: 2 } });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(await busy).toMatchObject({
      functionError: 'Unhandled',
      errorMessage: expect.stringMatching(/signal: SIGKILL$/),
    });
    expect(await kill('One')).toEqual({ status: 200, body: { function: 'One', killed: 0 } });
    expect(pids).not.toContain((await invoke()).pid);
  });

  test('leaves waiting events to a new process', async () => {
    const events = [invoke('hang'), invoke('hang'), invoke()];
    await new Promise((resolve) => setTimeout(resolve, 100));
    await kill('One');
    expect((await Promise.all(events)).map(({ errorType }) => errorType)).toEqual([
      'Runtime.ExitError',
      'Runtime.ExitError',
      undefined,
    ]);
  });

  test('lists the functions if there is none with the given name', async () => {
    expect(await kill('None')).toEqual({
      status: 404,
      body: { message: 'There is no function named "None". The functions are One.' },
    });
  });

  test('accepts only POST, and leaves every other path to the API', async () => {
    const { pid } = await invoke();
    expect(await kill('One', 'GET')).toMatchObject({ status: 405 });
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(418);
    expect(await invoke()).toMatchObject({ pid });
  });

  test.each(foreignPages)('refuses %s', async (_, headers) => {
    const { pid } = await invoke();
    expect(await statusOf(`${gateway.url}/_local/functions/One/kill`, headers)).toBe(403);
    expect(await invoke()).toMatchObject({ pid });
  });
});

test('a function has the clock of the run, which does not change its remaining time', async () => {
  await invoke();
  clock.offsetMs = 3_600_000;
  const { clocks, isDate, left } = await invoke();
  clock.offsetMs = 0;
  const [now, created, called, loadedAt, given] = clocks;
  for (const moved of [now, created, called]) {
    expect(moved - Date.now()).toBeGreaterThan(3_590_000);
    expect(moved - Date.now()).toBeLessThan(3_610_000);
  }
  expect(loadedAt).toBeLessThanOrEqual(Date.now());
  expect([given, isDate]).toEqual([5, true]);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(1000);
});

test('an event whose caller is gone before a process is free never runs', async () => {
  const { count } = await invoke();
  const gone = new AbortController();
  const busy = [invoke('wait'), invoke('wait')];
  let settled = false;
  void functions.invoke('Service-One', {}, gone.signal).then(() => {
    settled = true;
  });
  gone.abort();
  const counts = (await Promise.all(busy)).map((answer) => answer.count);
  const next = await Promise.all([invoke('wait'), invoke('wait')]);
  expect(next.map((answer) => answer.count).sort()).toEqual(counts.map((each) => each + 1).sort());
  expect([counts.includes(count + 1), settled]).toEqual([true, false]);
});

test('the output of a function goes to its log', async () => {
  await invoke('say');
  expect(readFileSync(join(folder, 'Service-One.log'), 'utf8')).toContain('said so');
});

test('an asynchronous invocation returns without waiting for the function', async () => {
  const { count } = await invoke();
  functions.invokeEvent('arn:aws:lambda:us-east-1:000000000000:function:Service-One', {});
  await expect.poll(async () => (await invoke()).count).toBeGreaterThan(count + 1);
});

test('the error for an unknown function names it', async () => {
  await expect(functions.invoke('Service-Two', {})).rejects.toThrow('Service-Two');
});
