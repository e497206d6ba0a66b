import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, describe, expect, test } from 'vitest';
import { startFakes } from '../../../local/aws/aws-fakes.ts';
import { createEventBuses } from '../../../local/aws/event-buses.ts';
import { createKms } from '../../../local/aws/kms.ts';
import { foreignPages, statusOf } from '../../support/raw-http.ts';

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/one';
const OTHER_KEY = 'arn:aws:kms:us-east-1:000000000000:key/two';
const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:app-abcdef';

const folder = mkdtempSync(join(tmpdir(), 'omakase-fakes-'));
const EVENTS = join(folder, 'events.jsonl');
const events: unknown[] = [];
const fakes = await startFakes({
  kms: createKms([KEY, OTHER_KEY], randomBytes(32)),
  secrets: new Map([[SECRET, { clientId: 'id' }]]),
  events: createEventBuses(['Dispatch'], EVENTS),
  functions: () => ({
    has: (name) => name === 'Sync',
    invoke: async (_, event) =>
      JSON.stringify(event) === '"fail"'
        ? { payload: '{"errorMessage":"no"}', functionError: 'Unhandled' }
        : { payload: JSON.stringify({ got: event }) },
    invokeEvent: (_, event) => {
      events.push(event);
    },
  }),
});
afterAll(async () => {
  await fakes.stop();
  rmSync(folder, { recursive: true });
});

const client = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
const kms = new KMSClient({ ...client, endpoint: fakes.endpoints.AWS_ENDPOINT_URL_KMS });
const secrets = new SecretsManagerClient({
  ...client,
  endpoint: fakes.endpoints.AWS_ENDPOINT_URL_SECRETS_MANAGER,
});
const lambda = new LambdaClient({
  ...client,
  endpoint: fakes.endpoints.AWS_ENDPOINT_URL_LAMBDA,
  maxAttempts: 1,
});

describe('the AWS fakes', () => {
  const url = fakes.endpoints.AWS_ENDPOINT_URL_LAMBDA;
  const json = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'secretsmanager.GetSecretValue',
  };
  const asked = (headers: Record<string, string>) =>
    statusOf(url, headers, JSON.stringify({ SecretId: SECRET }));
  const invoked = (headers: Record<string, string>) =>
    statusOf(`${url}/2015-03-31/functions/Sync/invocations`, headers);

  test.each(foreignPages)('refuse %s', async (_, headers) => {
    expect(await asked({ ...json, ...headers })).toBe(403);
    expect(await invoked({ 'content-type': 'application/json', ...headers })).toBe(403);
  });

  test.each<[string, Record<string, string>]>([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a type that only begins like a text', { 'content-type': 'text/plain; application/x-amz-json-1.1' }],
    ['no type', {}],
  ])('refuse the content type of %s, which a browser sends for any page', async (_, headers) => {
    expect(await asked({ 'x-amz-target': json['x-amz-target'], ...headers })).toBe(415);
    expect(await invoked(headers)).toBe(415);
  });

  test('accept the requests of the SDK', async () => {
    expect(await asked(json)).toBe(200);
    expect(await invoked({ 'content-type': 'application/octet-stream' })).toBe(200);
    expect(events).toEqual([]);
  });
});

describe('the KMS fake', () => {
  const seal = async (text: string, EncryptionContext?: Record<string, string>) => {
    const command = new EncryptCommand({ KeyId: KEY, Plaintext: Buffer.from(text), EncryptionContext });
    return (await kms.send(command)).CiphertextBlob as Uint8Array;
  };
  const open = async (
    CiphertextBlob: Uint8Array,
    EncryptionContext?: Record<string, string>,
    KeyId?: string,
  ) => {
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, KeyId }));
    return Buffer.from(Plaintext ?? []).toString();
  };

  test('decrypts with the same encryption context, in any order of its keys', async () => {
    const sealed = await seal('secret', { workspaceId: 'w1', purpose: 'tokens' });
    expect(await open(sealed, { purpose: 'tokens', workspaceId: 'w1' }, KEY)).toBe('secret');
  });

  test('does not reveal the plaintext in the ciphertext', async () => {
    expect(Buffer.from(await seal('secret')).toString()).not.toContain('secret');
  });

  test.each([[{ workspaceId: 'w2' }], [{}], [undefined], [{ workspaceId: 'w1', more: '' }]])(
    'does not decrypt with another encryption context: %j',
    async (context) => {
      const sealed = await seal('secret', { workspaceId: 'w1' });
      await expect(open(sealed, context)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    },
  );

  test('does not decrypt a changed ciphertext', async () => {
    const sealed = await seal('secret');
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    await expect(open(sealed)).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
    await expect(open(Buffer.from('rubbish'))).rejects.toMatchObject({ name: 'InvalidCiphertextException' });
  });

  test('does not decrypt with another key', async () => {
    await expect(open(await seal('secret'), undefined, OTHER_KEY)).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
  });

  test('knows only the keys of the template', async () => {
    const command = new EncryptCommand({
      KeyId: 'arn:aws:kms:us-east-1:000000000000:key/x',
      Plaintext: Buffer.from('x'),
    });
    await expect(kms.send(command)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  test('encrypts at most 4 kB', async () => {
    await expect(seal('x'.repeat(4096))).resolves.toBeDefined();
    await expect(seal('x'.repeat(4097))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('the Secrets Manager fake', () => {
  test('returns a secret by its ARN', async () => {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: SECRET }));
    expect(JSON.parse(SecretString ?? '')).toEqual({ clientId: 'id' });
  });

  test('refuses an unknown ARN', async () => {
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: `${SECRET}x` }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('the Lambda fake', () => {
  const invoke = (FunctionName: string, payload: unknown, InvocationType?: 'Event') =>
    lambda.send(new InvokeCommand({ FunctionName, InvocationType, Payload: JSON.stringify(payload) }));

  test('answers an asynchronous invocation at once and passes the event on', async () => {
    const { StatusCode } = await invoke('Sync', { a: 1 }, 'Event');
    expect([StatusCode, events]).toEqual([202, [{ a: 1 }]]);
  });

  test('answers a synchronous invocation with the function’s result', async () => {
    const { Payload, FunctionError } = await invoke('Sync', { a: 1 });
    expect(JSON.parse(Buffer.from(Payload ?? []).toString())).toEqual({ got: { a: 1 } });
    expect(FunctionError).toBeUndefined();
  });

  test('reports that a function failed', async () => {
    expect(await invoke('Sync', 'fail')).toMatchObject({ FunctionError: 'Unhandled' });
  });

  test('knows only the functions of the template', async () => {
    await expect(invoke('Another', {})).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the EventBridge fake', () => {
  const bridge = new EventBridgeClient({ ...client, endpoint: fakes.endpoints.AWS_ENDPOINT_URL_EVENTBRIDGE });
  const entry = { EventBusName: 'Dispatch', Source: 'test', DetailType: 'FeatureReady', Detail: '{"a":1}' };
  const put = (Entries: object[]) => bridge.send(new PutEventsCommand({ Entries }));

  test('writes events to its file, one per line', async () => {
    const { FailedEntryCount, Entries = [] } = await put([entry, { ...entry, Detail: '{"a":2}' }]);
    expect(FailedEntryCount).toBe(0);
    const lines = readFileSync(EVENTS, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { id: Entries[0]?.EventId, bus: 'Dispatch', 'detail-type': 'FeatureReady', detail: { a: 1 } },
      { detail: { a: 2 } },
    ]);
  });

  test.each([[{ EventBusName: 'Another' }], [{ Source: '' }], [{ Detail: 'no JSON' }]])(
    'accepts the valid entries beside an invalid one: %j',
    async (wrong) => {
      const { FailedEntryCount, Entries = [] } = await put([entry, { ...entry, ...wrong }]);
      expect(FailedEntryCount).toBe(1);
      expect(Entries.map(({ ErrorCode }) => ErrorCode === undefined)).toEqual([true, false]);
    },
  );

  test('accepts at most ten events in one request', async () => {
    await expect(put(Array(11).fill(entry))).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
