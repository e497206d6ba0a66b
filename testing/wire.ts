import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One DynamoDB operation that was sent. `caller` is the function, taken from the access key that signed it. */
type WireOperation = { caller: string; action: string; table: string; index?: string };

/**
 * A fault of one operation: DynamoDB answers with an error, reads only the first keys (one at least) of a
 * batch and leaves the others unprocessed, or the connection breaks before the engine has received the operation, or after it was carried out.
 */
export type WireFault =
  | { status: number; type: string }
  | { keysRead: number }
  | 'reset-before'
  | 'reset-after';

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

export type Wire = {
  endpoint: string;
  /** Forwards to another engine from now on. */
  lead(engineEndpoint: string): void;
  /** Is called for every operation of a function. Returns the fault to inject, if any. */
  faultOf: ((operation: WireOperation) => WireFault | undefined) | undefined;
  /** The operations since the last call. */
  take(): WireOperation[];
  /** Each kind of operation since the start, once. */
  kinds(): WireOperation[];
  stop(): Promise<void>;
};

const read = (
  { authorization = '', target = '' }: { authorization?: string; target?: string },
  body: Buffer,
) => {
  const caller = /Credential=([^/]+)/.exec(authorization)?.[1] ?? '';
  const { TableName, IndexName, RequestItems, TransactItems } = JSON.parse(body.toString()) as {
    TableName?: string;
    IndexName?: string;
    RequestItems?: object;
    TransactItems?: Record<string, { TableName: string }>[];
  };
  // A transaction needs the grants of its parts.
  const parts = (TransactItems ?? []).flatMap((item) => Object.entries(item));
  if (parts.length > 0)
    return parts.map(([verb, { TableName: table }]) => ({ caller, action: `${verb}Item`, table }));
  const tables = TableName ? [TableName] : Object.keys(RequestItems ?? {});
  const action = target.split('.').at(-1) ?? '';
  return tables.map((table) => ({ caller, action, table, ...(IndexName ? { index: IndexName } : {}) }));
};

/** Lets the engine read the first keys of a BatchGetItem, and answers that the others were left unprocessed. */
const readPart = async (
  engine: string,
  headers: Record<string, string>,
  body: Buffer,
  keysRead: number,
): Promise<string> => {
  const { RequestItems } = JSON.parse(body.toString()) as {
    RequestItems: Record<string, { Keys: object[] }>;
  };
  const keys = (start: number, end?: number) =>
    Object.fromEntries(
      Object.entries(RequestItems).map(([table, { Keys, ...how }]) => [
        table,
        { ...how, Keys: Keys.slice(start, end) },
      ]),
    );
  const sent = { method: 'POST', headers, body: JSON.stringify({ RequestItems: keys(0, keysRead) }) };
  const answer = (await (await fetch(engine, sent)).json()) as object;
  return JSON.stringify({ ...answer, UnprocessedKeys: keys(keysRead) });
};

/** Starts a proxy between the functions and a DynamoDB engine. It records every operation and injects faults. */
export const startWire = async (engineEndpoint: string): Promise<Wire> => {
  const seen: WireOperation[] = [];
  const kinds = new Map<string, WireOperation>();
  const agent = new Agent({ keepAlive: true });
  let engine = engineEndpoint;
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { authorization, 'x-amz-target': target } = incoming.headers;
    const operations = target && authorization ? read({ authorization, target: String(target) }, body) : [];
    seen.push(...operations);
    for (const operation of operations) kinds.set(JSON.stringify(operation), operation);
    const [first] = operations;
    const fault = first && wire.faultOf?.(first);
    if (fault === 'reset-before') return outgoing.destroy();
    if (typeof fault === 'object' && 'keysRead' in fault) {
      const signed = Object.fromEntries(
        Object.entries(incoming.headers).filter(
          ([name]) => name === 'authorization' || name.startsWith('x-amz-'),
        ),
      ) as Record<string, string>;
      const answer = await readPart(engine, { ...signed, ...JSON_TYPE }, body, fault.keysRead);
      return outgoing.writeHead(200, JSON_TYPE).end(answer);
    }
    if (typeof fault === 'object') {
      const __type = `com.amazonaws.dynamodb.v20120810#${fault.type}`;
      outgoing.writeHead(fault.status, JSON_TYPE);
      return outgoing.end(JSON.stringify({ __type, message: 'Made to fail by a test.' }));
    }
    const { method, headers } = incoming;
    const forwarded = request(engine, { method, headers, agent, path: incoming.url }, (answer) => {
      if (fault === 'reset-after') {
        answer.resume().once('end', () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    return forwarded.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const wire: Wire = {
    faultOf: undefined,
    lead(endpoint) {
      engine = endpoint;
    },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => seen.splice(0),
    kinds: () => [...kinds.values()],
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return wire;
};
