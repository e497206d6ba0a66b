import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One DynamoDB operation as it crossed the wire. `caller` is the function, by the access key it signed with. */
type WireOperation = { caller: string; action: string; table: string; index?: string };

/**
 * What befalls an operation on its way: an error of DynamoDB's instead of an answer, or a connection that breaks before
 * the engine has heard of it, or after it has done it.
 */
export type Strike = { status: number; type: string } | 'reset-before' | 'reset-after';

export type Wire = {
  endpoint: string;
  /** Leads to another engine from now on. */
  lead(engineEndpoint: string): void;
  /** Asked about every operation of a function. */
  strike: ((operation: WireOperation) => Strike | undefined) | undefined;
  /** The operations since the last call. */
  take(): WireOperation[];
  /** Every kind of operation that ever was, once. */
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
  // A transaction needs what its parts would need alone.
  const parts = (TransactItems ?? []).flatMap((item) => Object.entries(item));
  if (parts.length > 0)
    return parts.map(([verb, { TableName: table }]) => ({ caller, action: `${verb}Item`, table }));
  const tables = TableName ? [TableName] : Object.keys(RequestItems ?? {});
  const action = target.split('.').at(-1) ?? '';
  return tables.map((table) => ({ caller, action, table, ...(IndexName ? { index: IndexName } : {}) }));
};

/** Stands between the functions and a DynamoDB engine and notes every operation. */
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
    const struck = first && wire.strike?.(first);
    if (struck === 'reset-before') return outgoing.destroy();
    if (typeof struck === 'object') {
      const __type = `com.amazonaws.dynamodb.v20120810#${struck.type}`;
      outgoing.writeHead(struck.status, { 'content-type': 'application/x-amz-json-1.0' });
      return outgoing.end(JSON.stringify({ __type, message: 'Made to fail by a test.' }));
    }
    const { method, headers } = incoming;
    const forwarded = request(engine, { method, headers, agent, path: incoming.url }, (answer) => {
      if (struck === 'reset-after') {
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
    strike: undefined,
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
