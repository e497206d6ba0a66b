import { join } from 'node:path';
import { deliveries, deliveryKinds, type SampleKind } from '../../testing/deliveries.ts';
import { bundleProduct } from '../harness/bundles.ts';
import { startWarmProcess } from '../harness/children.ts';
import { startTestBed } from '../harness/test-bed.ts';
import { webhookEvent } from '../harness/webhook-event.ts';
import { atMost, type Benchmark, exactly } from '../report/row.ts';

const DELIVERIES = 10_000;
const GOALS: Record<SampleKind, 0 | 1> = {
  new: 1,
  update: 1,
  unmapped: 0,
  duplicate: 1,
  stale: 1,
  irrelevant: 0,
};

/** The DynamoDB operations of the deployed bundle by kind of delivery, counted on the wire. */
export const operations: Benchmark = async () => {
  const testBed = await startTestBed();
  const { folder, wire, environment } = testBed;
  const warm = startWarmProcess({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: wire.endpoint });
  const webhook = join(bundleProduct(folder).webhook, 'index.mjs');
  const spent = new Map<SampleKind, number[]>(deliveryKinds.map((kind) => [kind, []]));
  let cold = 0;

  try {
    for (const { kind, body } of deliveries({ count: DELIVERIES })) {
      const { statuses } = await warm.call(webhook, 'handler', [webhookEvent(body)]);
      if (statuses[0] !== 200) throw new Error(`A delivery was answered ${statuses[0]}.`);
      const seen = wire.take();
      // A placement that is not cached is read: once for the organization, and once for each project.
      const reads = seen.filter(({ table }) => table !== 'features').length;
      cold += reads;
      spent.get(kind)?.push(seen.length - reads);
    }
  } finally {
    await warm.stop();
    await testBed.stop();
  }

  const most = (kind: SampleKind) => Math.max(...(spent.get(kind) ?? []));
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
    atMost(1.01, {
      what: 'a relevant delivery, cold placements counted',
      measured: all / relevant,
      limit: 1,
    }),
  ];
};
