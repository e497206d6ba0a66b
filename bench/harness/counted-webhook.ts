import { join } from 'node:path';
import { deliveries, deliveryKinds, type SampleKind } from '../../testing/deliveries.ts';
import { bundleProduct } from './bundles.ts';
import { startWarmProcess } from './children.ts';
import { startTestBed } from './test-bed.ts';
import { webhookEvent } from './webhook-event.ts';

/** The operations of one delivery. `reads` of placements that were not cached are counted apart. */
type Spent = { operations: number; reads: number };

/** Starts the deployed webhook bundle in a warm process, on tables of its own. Its operations are counted on the wire. */
export const startCountedWebhook = async () => {
  const testBed = await startTestBed();
  const { folder, wire, environment } = testBed;
  const warm = startWarmProcess({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: wire.endpoint });
  const webhook = join(bundleProduct(folder).webhook, 'index.mjs');
  return {
    testBed,
    async deliver(body: Buffer): Promise<Spent> {
      const { statuses } = await warm.call(webhook, 'handler', [webhookEvent(body)]);
      if (statuses[0] !== 200) throw new Error(`A delivery was answered ${statuses[0]}.`);
      const seen = wire.take();
      const reads = seen.filter(({ table }) => table !== 'features').length;
      return { operations: seen.length - reads, reads };
    },
    async stop() {
      await warm.stop();
      await testBed.stop();
    },
  };
};

export type CountedWebhook = Awaited<ReturnType<typeof startCountedWebhook>>;

/** The kinds of deliveries that have to be written. */
const RELEVANT: readonly SampleKind[] = ['new', 'update', 'duplicate', 'stale'];

/**
 * Delivers the seeded mix. Answers the operations of each delivery by its kind, and how many a relevant one
 * costs, reads of placements included.
 */
export const deliverMix = async ({ deliver }: CountedWebhook, count: number) => {
  const spent = new Map<SampleKind, number[]>(deliveryKinds.map((kind) => [kind, []]));
  let reads = 0;
  for (const { kind, body } of deliveries({ count })) {
    const { operations, reads: cold } = await deliver(body);
    reads += cold;
    spent.get(kind)?.push(operations);
  }
  const spentOn = (kind: SampleKind): readonly number[] => spent.get(kind) ?? [];
  const all = deliveryKinds.flatMap(spentOn).reduce((sum, count) => sum + count, reads);
  return { spentOn, ofARelevantOne: all / RELEVANT.flatMap(spentOn).length };
};

export type Mix = Awaited<ReturnType<typeof deliverMix>>;
