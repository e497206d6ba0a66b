import { deliveryKinds, type SampleKind } from '../../../testing/deliveries.ts';
import { deliverMix, startCountedWebhook } from '../../harness/counted-webhook.ts';
import { atMost, type Benchmark, exactly, type Row } from '../../report/row.ts';
import { operationsWhileAwaiting } from './p4-awaited.ts';

const DELIVERIES = 10_000;
const GOALS: Record<SampleKind, 0 | 1> = {
  new: 1,
  update: 1,
  unmapped: 0,
  duplicate: 1,
  stale: 1,
  irrelevant: 0,
};

/** The DynamoDB operations of the deployed bundle by kind of delivery. */
export const operations: Benchmark = async () => {
  const webhook = await startCountedWebhook();
  try {
    const mix = await deliverMix(webhook, DELIVERIES);
    const most = deliveryKinds.map((kind): Row => {
      const spent = mix.spentOn(kind);
      const row = {
        what: `most of any ${kind} of ${spent.length}`,
        measured: Math.max(...spent),
        limit: GOALS[kind],
      };
      return kind === 'duplicate' || kind === 'stale' ? atMost(1, row) : exactly(GOALS[kind], row);
    });
    return [
      ...most,
      // A placement that is not cached is read: once for the organization, and once for each project.
      atMost(1.01, {
        what: 'a relevant delivery, cold placements counted',
        measured: mix.ofARelevantOne,
        limit: 1,
      }),
      ...(await operationsWhileAwaiting(mix, DELIVERIES)),
    ];
  } finally {
    await webhook.stop();
  }
};
