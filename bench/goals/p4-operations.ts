import { join } from 'node:path';
import { type DeliveryKind, deliveries, deliveryKinds } from '../../testing/deliveries.ts';
import { startWarmProcess } from '../children.ts';
import { webhookEvent } from '../event.ts';
import { atMost, type Benchmark, exactly } from '../row.ts';
import { bundleProduct, startSurroundings } from '../surroundings.ts';

const DELIVERIES = 10_000;
const GOALS: Record<DeliveryKind, 0 | 1> = {
  new: 1,
  update: 1,
  unmapped: 0,
  duplicate: 1,
  stale: 1,
  irrelevant: 0,
};

/** DynamoDB operations by kind of delivery, counted on the wire behind the bundle that is deployed. */
export const operations: Benchmark = async () => {
  const surroundings = await startSurroundings();
  const { folder, wire, environment } = surroundings;
  const warm = startWarmProcess({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: wire.endpoint });
  const webhook = join(bundleProduct(folder).webhook, 'index.mjs');
  const spent = new Map<DeliveryKind, number[]>(deliveryKinds.map((kind) => [kind, []]));
  let cold = 0;

  try {
    for (const { kind, body } of deliveries({ count: DELIVERIES })) {
      const { statuses } = await warm.call(webhook, 'handler', [webhookEvent(body)]);
      if (statuses[0] !== 200) throw new Error(`A delivery was answered ${statuses[0]}.`);
      const seen = wire.take();
      // A route that is not warm is read: once for the organization, and once for each project.
      const reads = seen.filter(({ table }) => table !== 'features').length;
      cold += reads;
      spent.get(kind)?.push(seen.length - reads);
    }
  } finally {
    await warm.stop();
    await surroundings.stop();
  }

  const most = (kind: DeliveryKind) => Math.max(...(spent.get(kind) ?? []));
  const written = ['new', 'update', 'duplicate', 'stale'] as const;
  const relevant = written.reduce((sum, kind) => sum + (spent.get(kind)?.length ?? 0), 0);
  const all = [...spent.values()].flat().reduce((sum, count) => sum + count, cold);
  return [
    ...deliveryKinds.map((kind) => {
      const row = {
        what: `most of any ${kind} of ${spent.get(kind)?.length}`,
        measured: most(kind),
        limit: GOALS[kind],
      };
      return kind === 'duplicate' || kind === 'stale' ? atMost(1, row) : exactly(GOALS[kind], row);
    }),
    atMost(1.01, { what: 'a relevant delivery, cold routes counted', measured: all / relevant, limit: 1 }),
  ];
};
