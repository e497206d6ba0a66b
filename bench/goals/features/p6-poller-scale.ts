import { derivedId } from '../../../shared/domain/ids.ts';
import { dueAt, FEATURE_DUE_SHARDS, featureDueIn } from '../../../shared/domain/schedule/due.ts';
import { median } from '../../harness/measure.ts';
import { allRows, atRest, putRows } from '../../harness/rows.ts';
import { startService } from '../../harness/service.ts';
import { atMost, type Benchmark, exactly } from '../../report/row.ts';
import { releaseCost } from './p6-release.ts';

const SIZES = [1_000, 10_000, 100_000];
const DUE = 25;
const TICKS = 9;

/** How a value grows with the number of features: 0 is constant, 1 is linear. */
const exponent = (values: readonly number[]): number =>
  Math.log((values.at(-1) ?? 1) / (values[0] ?? 1)) / Math.log((SIZES.at(-1) ?? 1) / (SIZES[0] ?? 1));

/** The cost of a tick when a few features are due among more and more that are not. */
const scale: Benchmark = async () => {
  const service = await startService({ issues: DUE });
  const { db } = service;
  const table = service.table('features');
  try {
    await service.drain();
    const rows = (await allRows(db, table)).map(atRest).slice(0, DUE);
    const [model] = rows;
    if (!model || rows.length < DUE) throw new Error('The sync brought too few features.');

    await service.invoke('PollerTick', {});
    service.operations();
    await service.linearRequests();
    await service.invoke('PollerTick', {});
    const idle = service.operations();
    const idleRequests = await service.linearRequests();

    const operations: number[] = [];
    const times: number[] = [];
    let stored = rows.length;
    for (const size of SIZES) {
      const more = Array.from({ length: size - stored }, (_, index) => {
        const linearIssueId = `resting-${stored + index}`;
        return { ...model, id: derivedId('feature', linearIssueId), linearIssueId };
      });
      await putRows(db, table, more);
      stored = size;

      const counts: number[] = [];
      const ticks: number[] = [];
      for (let tick = 0; tick < TICKS; tick++) {
        const due = rows.map((row) => ({
          ...row,
          dueIn: featureDueIn(String(row.id)),
          dueAt: dueAt(Date.now()),
        }));
        await putRows(db, table, due);
        service.operations();
        const started = performance.now();
        await service.invoke('PollerTick', {});
        ticks.push(performance.now() - started);
        counts.push(service.operations().length);
      }
      operations.push(median(counts));
      times.push(median(ticks));
    }
    return [
      atMost(0, { what: 'exponent of operations, 1k → 100k', measured: exponent(operations), limit: 0 }),
      atMost(0.1, { what: 'exponent of time', measured: exponent(times), limit: 0 }),
      exactly(2 + FEATURE_DUE_SHARDS, { what: 'queries of an idle tick', measured: idle.length }),
      exactly(0, { what: 'Linear requests of an idle tick', measured: idleRequests.length, limit: 0 }),
    ];
  } finally {
    await service.stop();
  }
};

export const pollerScale: Benchmark = async () => [...(await scale()), ...(await releaseCost())];
