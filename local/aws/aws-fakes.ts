import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { refusalOf } from '../loopback.ts';
import { listen } from '../ports.ts';
import type { EventBuses } from './event-buses.ts';
import type { Kms } from './kms.ts';
import { ServiceError } from './service-error.ts';

/** The functions that Lambda's Invoke API can reach, by name. */
type Invocable = {
  has(name: string): boolean;
  invoke(name: string, event: unknown): Promise<{ payload: string; functionError?: string | undefined }>;
  invokeEvent(name: string, event: unknown): void;
};

export type FakesOptions = {
  kms: Kms;
  /** By ARN. */
  secrets: Map<string, unknown>;
  events: EventBuses;
  /** The functions start after the fakes, because their environment contains the fakes' URL. */
  functions: () => Invocable | undefined;
};

/** The content types of the SDK. A page cannot send them without a CORS preflight, which the fakes refuse. */
const JSON_TYPES = ['application/x-amz-json-1.0', 'application/x-amz-json-1.1'];
const INVOKE_TYPES = ['application/octet-stream', 'application/json'];

/** An operation by `x-amz-target`, which determines the input's type. */
type Operation = (input: never) => unknown;

/** KMS, Secrets Manager, EventBridge and Lambda, with the operations that the functions use. */
export const startFakes = async ({ kms, secrets, events, functions }: FakesOptions) => {
  const operations: Record<string, Operation> = {
    'TrentService.Encrypt': kms.encrypt,
    'TrentService.Decrypt': kms.decrypt,
    'AWSEvents.PutEvents': events.putEvents,
    'secretsmanager.GetSecretValue': ({ SecretId }: { SecretId: string }) => {
      const value = secrets.get(SecretId);
      if (value === undefined) {
        throw new ServiceError(
          'ResourceNotFoundException',
          'Secrets Manager can’t find the specified secret.',
        );
      }
      return { ARN: SecretId, SecretString: JSON.stringify(value), VersionStages: ['AWSCURRENT'] };
    },
  };

  const invoke = async (name: string, request: IncomingMessage, response: ServerResponse) => {
    const payload = (await read(request)) || '{}';
    const running = functions();
    if (!running?.has(name)) {
      throw new ServiceError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    }
    if (request.headers['x-amz-invocation-type'] === 'Event') {
      running.invokeEvent(name, JSON.parse(payload));
      return response.writeHead(202).end();
    }
    const result = await running.invoke(name, JSON.parse(payload));
    if (result.functionError) response.setHeader('x-amz-function-error', result.functionError);
    return response.writeHead(200, { 'content-type': 'application/json' }).end(result.payload);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const refusal = refusalOf(request);
    if (refusal) throw new ServiceError('AccessDeniedException', refusal, 403);
    const invoked = request.url?.match(/^\/2015-03-31\/functions\/([^/]+)\/invocations/)?.[1];
    const types = invoked ? INVOKE_TYPES : JSON_TYPES;
    if (request.method !== 'POST' || !types.includes(request.headers['content-type'] ?? '')) {
      const right = `POST with the content-type ${types.join(' or ')}`;
      throw new ServiceError('UnsupportedMediaTypeException', `This endpoint accepts only ${right}.`, 415);
    }
    if (invoked) return invoke(decodeURIComponent(invoked), request, response);
    const target = String(request.headers['x-amz-target'] ?? request.url);
    const operation = operations[target];
    if (!operation)
      throw new ServiceError('UnknownOperationException', `The local runner does not implement ${target}.`);
    const output = operation(JSON.parse(await read(request)) as never);
    return response
      .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
      .end(JSON.stringify(output));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => {
      const { type, status } =
        error instanceof ServiceError ? error : { type: 'InternalFailure', status: 500 };
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': type });
      response.end(JSON.stringify({ __type: type, message: error.message }));
    });
  });
  const port = await listen(server, 0, 'a free port');
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoints: {
      AWS_ENDPOINT_URL_KMS: endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      AWS_ENDPOINT_URL_LAMBDA: endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: endpoint,
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const read = async (request: IncomingMessage) => Buffer.concat(await request.toArray()).toString('utf8');
