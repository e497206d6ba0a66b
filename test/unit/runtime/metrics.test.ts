import { afterEach, expect, test, vi } from 'vitest';
import { count } from '../../../shared/runtime/metrics.ts';

afterEach(() => vi.restoreAllMocks());

test('a count is one line in the embedded metric format with the service as its dimension', () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(written.push(String(text))));
  count('Missed', 3);
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/\n$/);
  const line = JSON.parse(written[0] ?? '');
  expect(line).toMatchObject({ Missed: 3 });
  expect(line._aws.CloudWatchMetrics).toEqual([
    { Namespace: 'OmakaseLinear', Dimensions: [['service']], Metrics: [{ Name: 'Missed', Unit: 'Count' }] },
  ]);
  expect(Date.now() - line._aws.Timestamp).toBeLessThan(5_000);
});
