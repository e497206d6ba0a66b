import { derivedId } from '../../shared/domain/ids.ts';
import { dueAt, FEATURE_DUE_SHARDS, featureDueIn } from '../../shared/domain/schedule/due.ts';
import { median } from '../measure.ts';
import { atMost, type Benchmark, exactly } from '../row.ts';
import { allRows, atRest, putRows } from '../rows.ts';
import { startService } from '../service.ts';

const SIZES = [1_000, 10_000, 100_000];
const DUE = 25;
const TICKS = 9;

/** How a value grows with the number of features: 0 not at all, 1 in proportion. */
const exponent = (values: readonly number[]): number =>
  Math.log((values.at(-1) ?? 1) / (values[0] ?? 1)) / Math.log((SIZES.at(-1) ?? 1) / (SIZES[0] ?? 1));

/** A tick of the schedule with a few features due among ever more that are not. */
export const pollerScale: Benchmark = async () => {
  const service = await startService({ issues: DUE });
  const { db } = service;
  const table = service.table('features');
  try {
    await service.settle();
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
    let stand = rows.length;
    for (const size of SIZES) {
      const more = Array.from({ length: size - stand }, (_, index) => {
        const linearIssueId = `resting-${stand + index}`;
        return { ...model, id: derivedId('feature', linearIssueId), linearIssueId };
      });
      await putRows(db, table, more);
      stand = size;

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
