import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newIssue } from '../../../testing/deliveries.ts';
import { bundleFile, bundleProduct } from '../../harness/bundles.ts';
import { inTurns, least } from '../../harness/measure.ts';
import { startTestBed } from '../../harness/test-bed.ts';
import { overTls } from '../../harness/tls.ts';
import { webhookEvent } from '../../harness/webhook-event.ts';
import { atMost, type Benchmark, shown } from '../../report/row.ts';

const ROUNDS = 15;

/** The time that the webhook takes to load and answer in a fresh process, over TLS, compared with the minimal webhook. */
export const coldStart: Benchmark = async () => {
  const testBed = await startTestBed();
  const { folder } = testBed;
  const tls = await overTls(folder, testBed.environment);
  let number = 0;

  const cold = (bundle: string) => async () => {
    const eventFile = join(folder, 'event.json');
    writeFileSync(eventFile, JSON.stringify(webhookEvent(newIssue(number++))));
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, '../../harness/cold-process.mjs'), bundle, eventFile],
      { env: tls.environment },
    );
    const { statusCode, load, answer } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    if (statusCode !== 200) throw new Error(`${bundle} answered ${statusCode}: ${stderr}`);
    return load + answer;
  };

  try {
    const times = await inTurns(ROUNDS, {
      floor: cold(bundleFile(folder, 'bench/peers/floor-signed-put.ts', { asProduct: true })),
      webhook: cold(join(bundleProduct(folder).webhook, 'index.mjs')),
      sdk: cold(bundleFile(folder, 'bench/peers/floor-sdk-put.ts', { asProduct: true })),
      calls: cold(bundleFile(folder, 'bench/peers/floor-sdk-calls.ts', { asProduct: true })),
      default: cold(bundleFile(folder, 'lambdas/webhook/index.ts', { asProduct: false })),
    });
    const ratio = (name: 'webhook' | 'sdk' | 'calls' | 'default') => least(times[name]) / least(times.floor);
    return [
      atMost(3.3, { what: 'cold start ÷ signed PutItem', measured: ratio('webhook'), limit: '1' }),
      shown({ what: '… of a bare SDK PutItem', measured: ratio('sdk') }),
      shown({ what: '… of the SDK alone, making all calls of a first event', measured: ratio('calls') }),
      shown({
        what: 'the webhook ÷ the SDK alone, making the same calls',
        measured: least(times.webhook) / least(times.calls),
      }),
      shown({ what: '… of the same source, default esbuild', measured: ratio('default') }),
      shown({ what: 'floor, on this machine', measured: least(times.floor), unit: ' ms' }),
    ];
  } finally {
    await tls.stop();
    await testBed.stop();
  }
};
