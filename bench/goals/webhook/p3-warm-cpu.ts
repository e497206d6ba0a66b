import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { derivedId } from '../../../shared/domain/ids.ts';
import { newIssue } from '../../../testing/deliveries.ts';
import { bundleFile, bundleProduct } from '../../harness/bundles.ts';
import { startWarmProcess } from '../../harness/children.ts';
import { inTurns, least } from '../../harness/measure.ts';
import { startTestBed } from '../../harness/test-bed.ts';
import { webhookEvent } from '../../harness/webhook-event.ts';
import { atMost, type Benchmark, shown } from '../../report/row.ts';

/** Many short rounds, so that the noise of a shared machine affects both equally. */
const ROUNDS = 300;
/** V8 optimises hot code during the first thousands of calls, which costs CPU time too. */
const WARM_UP = 250;
const CALLS = 10;

/** The CPU time of an accepted webhook in a warm process, compared with a bare PutItem of the item that it writes. */
export const warmCpu: Benchmark = async () => {
  const testBed = await startTestBed();
  const { folder, environment } = testBed;
  const client = new DynamoDBClient({
    endpoint: environment.AWS_ENDPOINT_URL_DYNAMODB,
    region: environment.AWS_REGION,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const warm = startWarmProcess(environment);
  const webhook = join(bundleProduct(folder).webhook, 'index.mjs');
  const bare = bundleFile(folder, 'bench/peers/floor-sdk-put.ts', { asProduct: true });
  let number = 0;
  const numbers = () => Array.from({ length: CALLS }, () => number++);

  try {
    await warm.call(webhook, 'handler', [webhookEvent(newIssue(number++))]);
    const id = derivedId('feature', 'issue-0');
    const { Item } = await client.send(new GetItemCommand({ TableName: 'features', Key: { id: { S: id } } }));
    if (!Item) throw new Error('The webhook wrote nothing.');

    const cpu = await inTurns(
      ROUNDS,
      {
        webhook: async () => {
          const events = numbers().map((each) => webhookEvent(newIssue(each)));
          const { micros, statuses } = await warm.call(webhook, 'handler', events);
          if (statuses.some((status) => status !== 200)) throw new Error('A webhook was not accepted.');
          return micros;
        },
        bare: async () => {
          const inputs = numbers().map((each) => ({
            TableName: 'features',
            Item: { ...Item, id: { S: derivedId('feature', `bare-${each}`) } },
          }));
          return (await warm.call(bare, 'put', inputs)).micros;
        },
      },
      { warmUp: WARM_UP },
    );
    return [
      atMost(1.25, {
        what: 'accepted webhook ÷ bare SDK PutItem',
        measured: least(cpu.webhook) / least(cpu.bare),
        limit: 1,
      }),
      shown({ what: 'bare PutItem, on this machine', measured: least(cpu.bare), unit: ' µs' }),
    ];
  } finally {
    client.destroy();
    await warm.stop();
    await testBed.stop();
  }
};
