import { until } from '../../../local/walk/walk-clients.ts';
import { percentile } from '../../harness/measure.ts';
import { startService } from '../../harness/service.ts';
import { atMost, type Benchmark, shown } from '../../report/row.ts';

const FEATURES = 25;
const ASK_MS = 10;

type Feature = { id: string; linearIssueId: string };

/** The time from a report until Linear shows the new state. One feature after another; the schedule runs. */
export const reportLatency: Benchmark = async () => {
  const service = await startService({ issues: FEATURES }, { schedules: true });
  const { api, human } = service;

  const reportUntil = async (feature: Feature, status: string, stateType: string): Promise<number> => {
    const started = performance.now();
    await api.patch(`/features/${feature.id}/status`, { status, runId: 'bench' });
    for (;;) {
      const { state } = await human.issue<{ state: { type: string } }>(feature.linearIssueId);
      if (state.type === stateType) return performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, ASK_MS));
    }
  };

  try {
    const features = await until('the features', async () => {
      const { items } = await api.get<{ items: { id: string }[] }>(
        `/projects?workspaceId=${service.workspaceId}`,
      );
      const lists = await Promise.all(
        items.map(({ id }) => api.get<{ items: Feature[] }>(`/projects/${id}/features?limit=100`)),
      );
      const all = lists.flatMap((list) => list.items);
      return all.length >= FEATURES ? all : undefined;
    });
    const times: number[] = [];
    for (const feature of features.slice(0, FEATURES)) {
      times.push(await reportUntil(feature, 'in_progress', 'started'));
      times.push(await reportUntil(feature, 'passing', 'completed'));
    }
    return [
      atMost(2, {
        what: `p95 of ${times.length} reports`,
        measured: percentile(times, 0.95) / 1000,
        unit: ' s',
      }),
      shown({ what: 'median', measured: percentile(times, 0.5) / 1000, unit: ' s' }),
    ];
  } finally {
    await service.stop();
  }
};
