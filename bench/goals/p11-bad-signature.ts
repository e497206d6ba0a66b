import { join } from 'node:path';
import { newIssue } from '../../testing/deliveries.ts';
import { startWarmProcess } from '../children.ts';
import { webhookEvent } from '../event.ts';
import { inTurns, least } from '../measure.ts';
import { atMost, type Benchmark, exactly } from '../row.ts';
import { bundleProduct, startSurroundings } from '../surroundings.ts';

const ROUNDS = 15;
/** Optimising what is hot costs CPU too, and takes thousands of calls. */
const WARM_UP = 15;
const CALLS = 100;

/** What somebody costs us who does not know the secret. */
export const badSignature: Benchmark = async () => {
  const surroundings = await startSurroundings();
  const { folder, wire, environment } = surroundings;
  const warm = startWarmProcess({ ...environment, AWS_ENDPOINT_URL_DYNAMODB: wire.endpoint });
  const webhook = join(bundleProduct(folder).webhook, 'index.mjs');
  let number = 0;

  const call = async (secret?: string, options = {}) => {
    const events = Array.from({ length: CALLS }, () => webhookEvent(newIssue(number++), secret));
    const answered = await warm.call(webhook, 'handler', events, options);
    const expected = secret === undefined ? 200 : 401;
    if (answered.statuses.some((status) => status !== expected)) throw new Error(`Not all were ${expected}.`);
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
    await surroundings.stop();
  }
};
