import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { CreateTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { deliveries, linearProjects, newIssue } from '../../../testing/deliveries.ts';
import { bundleProduct } from '../../harness/bundles.ts';
import { startServer } from '../../harness/children.ts';
import { inTurns } from '../../harness/measure.ts';
import { putRows } from '../../harness/rows.ts';
import { startTestBed } from '../../harness/test-bed.ts';
import { webhookEvent } from '../../harness/webhook-event.ts';
import { atLeast, type Benchmark, shown } from '../../report/row.ts';
import { engineCpu } from './p10-engine-cpu.ts';

const ROUNDS = 7;
const REQUESTS = 300;
const IN_FLIGHT = 8;

/** Deliveries per second, compared with Express, Linear's webhook client and an idempotency table. */
export const throughput: Benchmark = async () => {
  const testBed = await startTestBed();
  const { folder, tables, environment } = testBed;
  await tables.db.client.send(
    new CreateTableCommand({
      TableName: 'deliveries',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  // The peer's projects have Linear's ids as keys.
  const projects = linearProjects(20).map(({ id, name }) => ({ id, name }));
  await putRows(tables.db, 'projects', projects);
  const env = { ...environment, DELIVERIES_TABLE: 'deliveries', NODE_ENV: 'production' };
  const product = await startServer(
    'bench/harness/webhook-server.ts',
    [join(bundleProduct(folder).webhook, 'index.mjs')],
    env,
  );
  const peer = await startServer('bench/peers/peer-express.ts', [], env);
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  let number = 0;

  const post = (url: string, { body, headers }: ReturnType<typeof webhookEvent>) =>
    new Promise<number>((resolve, reject) => {
      request(new URL('/webhooks/linear', url), { method: 'POST', headers, agent }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 500));
      })
        .on('error', reject)
        .end(body);
    });

  const accepted = () => Array.from({ length: REQUESTS }, () => newIssue(number++));
  // Each round has new issues. A write of an existing issue would be refused by its condition, which is cheaper.
  const mixed = () => {
    const first = number;
    number += REQUESTS;
    return [...deliveries({ count: REQUESTS, seed: number, first })].map(({ body }) => body);
  };

  /** Measures requests per second. Each answer is followed by the next request at once. */
  const perSecond = (url: string, bodies: () => Buffer[]) => async () => {
    const events = bodies().map((body) => webhookEvent(body));
    const started = performance.now();
    const worker = async () => {
      for (let event = events.pop(); event; event = events.pop())
        if ((await post(url, event)) !== 200) throw new Error(`${url} did not accept a webhook.`);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
    return REQUESTS / ((performance.now() - started) / 1000);
  };

  try {
    await perSecond(peer.url, accepted)();
    const Key = { id: { S: 'issue-0' } };
    const written = await tables.db.client.send(new GetItemCommand({ TableName: 'features', Key }));
    if (!written.Item) throw new Error('The peer wrote no feature.');
    const rates = await inTurns(
      ROUNDS,
      {
        product: perSecond(product.url, accepted),
        peer: perSecond(peer.url, accepted),
        productMixed: perSecond(product.url, mixed),
        peerMixed: perSecond(peer.url, mixed),
      },
      { warmUp: 2 },
    );
    return [
      atLeast(2.5, {
        what: 'deliveries a second ÷ Express peer, over the mix of P4',
        measured: Math.max(...rates.productMixed) / Math.max(...rates.peerMixed),
        limit: 7.7,
      }),
      shown({
        what: '… where each is a new feature',
        measured: Math.max(...rates.product) / Math.max(...rates.peer),
      }),
      shown({ what: 'the peer, on this machine', measured: Math.max(...rates.peer), unit: '/s' }),
      ...(await engineCpu()),
    ];
  } finally {
    agent.destroy();
    await product.stop();
    await peer.stop();
    await testBed.stop();
  }
};
