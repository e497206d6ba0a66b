import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames } from '../../../lib/permissions.ts';
import { root } from '../../../local/settings.ts';
import { peakOf, peaks } from '../../harness/memory.ts';
import { atMost, type Benchmark, shown } from '../../report/row.ts';
import { reportLatency } from '../features/p12-report-latency.ts';
import { projectSync } from '../mirror/p8-project-sync.ts';

/** The peak memory of the local runtime with a function that does nothing. */
const bareRuntime = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'omakase-bench-'));
  const bundle = join(folder, 'index.mjs');
  writeFileSync(bundle, 'export const handler = async () => null;');
  const child = fork(join(root, 'local/lambda/bootstrap.mjs'), [bundle, 'handler', '0'], {
    execArgv: ['--max-old-space-size=256', '--max-semi-space-size=1', '--liftoff-only'],
  });
  await once(child, 'message');
  child.send({ requestId: 'bare', event: '{}', context: {}, deadline: Date.now() + 1000, offsetMs: 0 });
  await once(child, 'message');
  const peak = peakOf(child.pid ?? 0);
  child.kill();
  await once(child, 'exit');
  rmSync(folder, { recursive: true });
  return peak;
};

/** The peak memory of each function above the bare runtime, taken from the runs of other goals. Starts those if needed. */
export const memory: Benchmark = async () => {
  if (!peaks.has('Sync')) await projectSync();
  if (!peaks.has('PollerWork')) await reportLatency();
  const bare = await bareRuntime();
  return [
    ...functionNames
      .filter((name) => peaks.has(name))
      .map((name) => atMost(128, { what: name, measured: (peaks.get(name) ?? 0) - bare, unit: ' MB' })),
    shown({ what: 'the bare runtime', measured: bare, unit: ' MB' }),
  ];
};
