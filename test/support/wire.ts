import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One DynamoDB operation as it crossed the wire. `caller` is the function, by the access key it signed with. */
type WireOperation = { caller: string; action: string; table: string; index?: string };

export type Wire = {
  endpoint: string;
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
  const { TableName, IndexName, RequestItems } = JSON.parse(body.toString()) as {
    TableName?: string;
    IndexName?: string;
    RequestItems?: object;
  };
  const tables = TableName ? [TableName] : Object.keys(RequestItems ?? {});
  const action = target.split('.').at(-1) ?? '';
  return tables.map((table) => ({ caller, action, table, ...(IndexName ? { index: IndexName } : {}) }));
};

/** Stands between the functions and a DynamoDB engine and notes every operation. */
export const startWire = async (engineEndpoint: string): Promise<Wire> => {
  const seen: WireOperation[] = [];
  const kinds = new Map<string, WireOperation>();
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { authorization, 'x-amz-target': target } = incoming.headers;
    const operations = target && authorization ? read({ authorization, target: String(target) }, body) : [];
    seen.push(...operations);
    for (const operation of operations) kinds.set(JSON.stringify(operation), operation);
    const { method, headers } = incoming;
    const forwarded = request(engineEndpoint, { method, headers, agent, path: incoming.url }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => seen.splice(0),
    kinds: () => [...kinds.values()],
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
