import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { REGION } from '../aws/template.ts';
import { freePort } from '../ports.ts';

export type Engine = {
  /** Only for the processes of this run. Others get the URL of a proxy (`proxy.ts`). */
  endpoint: string;
  /** Resolves when the engine ends without being stopped. */
  failed: Promise<Error>;
  stop(): Promise<void>;
};

/** The path of the embedded engine's binary. Without one it throws an error that says what to do instead. */
const engineBinary = () => {
  try {
    return createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  } catch {
    throw new Error(
      `No embedded DynamoDB engine exists for ${process.platform}-${process.arch}. Start any DynamoDB-compatible endpoint ` +
        '(amazon/dynamodb-local in a container, say) and set DYNAMODB_ENDPOINT to it, for example http://127.0.0.1:8000.',
    );
  }
};

/**
 * Runs the engine under a shell that kills it as soon as our end of the pipe closes, because a killed runner cannot
 * stop its children. It has its own process group, so Ctrl-C does not stop it before the functions.
 */
const GUARD =
  'umask 077; exec 3<&0; "$@" </dev/null 3<&- & engine=$!; { cat <&3 >/dev/null; kill -9 $engine; } & wait $engine';

/** The engine answers any web page that knows its address, so it gets one of 16 million loopback addresses. */
const hiddenHost = () => `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;

/**
 * Starts the engine on a free port. Rows in the file `database` survive `kill -9` once they are acknowledged. Without
 * a file they are in memory.
 */
export const startEngine = async ({ database, log }: { database?: string; log: string }): Promise<Engine> => {
  const binary = engineBinary();
  const [host, port] = [hiddenHost(), await freePort()];
  const output = openSync(log, 'a');
  const command = [binary, 'serve', '--host', host, '--port', String(port)];
  if (database) command.push('--db-path', database);
  const guard = spawn('/bin/sh', ['-c', GUARD, 'engine', ...command], {
    stdio: ['pipe', output, output],
    detached: true,
  });
  closeSync(output);

  let stopping = false;
  const ended = new Promise<void>((resolve) => {
    guard.once('close', () => resolve());
    guard.once('error', () => resolve());
  });
  const failed = new Promise<Error>((resolve) => {
    void ended.then(() => {
      if (!stopping)
        resolve(
          new Error(`The DynamoDB engine ended unexpectedly: see ${log}. Start again; the data is kept.`),
        );
    });
  });
  const stop = async () => {
    stopping = true;
    guard.stdin?.destroy();
    await ended;
  };

  const endpoint = `http://${host}:${port}`;
  if (!(await answers(endpoint, guard))) {
    await stop();
    throw new Error(`The DynamoDB engine did not start: see ${log}.`);
  }
  return { endpoint, failed, stop };
};

/** A client of an engine. The credentials are placeholders, because an engine does not check them. */
export const engineClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/** Uses an endpoint that runs already. Throws if it does not answer as DynamoDB does. */
export const useEngine = async (endpoint: string): Promise<Engine> => {
  await fetch(endpoint).catch(() => {
    throw new Error(
      `DYNAMODB_ENDPOINT ${endpoint} does not answer: start a DynamoDB-compatible endpoint there.`,
    );
  });
  const client = engineClient(endpoint);
  const listed = await client
    .send(new ListTablesCommand({ Limit: 1 }))
    .catch((error: { name: string; $metadata?: { httpStatusCode?: number } }) => error);
  client.destroy();
  if (!('TableNames' in listed && listed.TableNames)) {
    const got = 'name' in listed ? `${listed.name}, ` : '';
    throw new Error(
      `DYNAMODB_ENDPOINT ${endpoint} does not answer ListTables as DynamoDB does (${got}HTTP ${listed.$metadata?.httpStatusCode}): ` +
        'set it to a DynamoDB-compatible endpoint, for example http://127.0.0.1:8000.',
    );
  }
  return { endpoint, failed: new Promise(() => {}), stop: async () => {} };
};

const answers = async (endpoint: string, process: ChildProcess) => {
  for (let attempt = 0; attempt < 400 && process.exitCode === null; attempt++) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (answered) return true;
    await sleep(25);
  }
  return false;
};
