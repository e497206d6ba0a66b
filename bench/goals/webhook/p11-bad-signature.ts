import { join } from 'node:path';
import { newIssue } from '../../../testing/deliveries.ts';
import { bundleProduct } from '../../harness/bundles.ts';
import { startWarmProcess } from '../../harness/children.ts';
import { inTurns, least } from '../../harness/measure.ts';
import { startTestBed } from '../../harness/test-bed.ts';
import { webhookEvent } from '../../harness/webhook-event.ts';
import { atMost, type Benchmark, exactly } from '../../report/row.ts';

const ROUNDS = 15;
/** V8 optimises hot code during the first thousands of calls, which costs CPU time too. */
const WARM_UP = 15;
const CALLS = 100;

/** The cost of a delivery that was signed with a wrong secret. */
export const badSignature: Benchmark = async () => {
  const testBed = await startTestBed();
  const { folder, wire, environment } = testBed;
  const warm = startWarmProcess({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: wire.endpoint });
  const webhook = join(bundleProduct(folder).webhook, 'index.mjs');
  let number = 0;

  const call = async (secret?: string, options = {}) => {
    const events = Array.from({ length: CALLS }, () => webhookEvent(newIssue(number++), secret));
    const answered = await warm.call(webhook, 'handler', events, options);
    const expected = secret === undefined ? 200 : 401;
    if (answered.statuses.some((status) => status !== expected))
      throw new Error(`Not all calls were answered ${expected}.`);
    return answered;
  };

  try {
    const cpu = await inTurns(
      ROUNDS,
      {
        accepted: async () => (await call()).micros,
        refused: async () => (await call('not the secret')).micros,
      },
      { warmUp: WARM_UP },
    );
    wire.take();
    const { parses } = await call('not the secret', { countParses: true });
    const refused = wire.take().length;
    return [
      atMost(0.05, { what: 'refused ÷ accepted, CPU', measured: least(cpu.refused) / least(cpu.accepted) }),
      exactly(0, { what: 'DynamoDB operations', measured: refused }),
      exactly(0, { what: 'bodies parsed', measured: parses }),
    ];
  } finally {
    await warm.stop();
    await testBed.stop();
  }
};
