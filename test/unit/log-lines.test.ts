import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { logger } from '../../shared/runtime/logger.ts';
import { count } from '../../shared/runtime/metrics.ts';

const written: string[] = [];
beforeEach(() => {
  logger.resetKeys();
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(written.push(String(text))));
});
afterEach(() => vi.restoreAllMocks());
const lines = () =>
  written
    .splice(0)
    .join('')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

test('a line is one JSON object with its level, time and the keys that stand', () => {
  logger.appendKeys({ requestId: 'one' });
  logger.appendKeys({ outcome: 'written' });
  logger.info('request', { status: 200 });
  const [line, ...more] = lines();
  expect(more).toEqual([]);
  expect(line).toMatchObject({
    level: 'INFO',
    message: 'request',
    requestId: 'one',
    outcome: 'written',
    status: 200,
  });
  expect(Date.now() - Date.parse(line.timestamp)).toBeLessThan(5_000);
});

test('keys end with their unit of work', () => {
  logger.appendKeys({ outcome: 'written' });
  logger.resetKeys();
  logger.warn('request', {});
  expect(lines()[0]).not.toHaveProperty('outcome');
});

test('an error says what it was, where, and what caused it, and nothing else it carries', () => {
  const error = Object.assign(new Error('outer', { cause: new RangeError('inner') }), { token: 'secret' });
  logger.error('request', { error });
  const [line] = lines();
  expect(line.error).toMatchObject({
    name: 'Error',
    message: 'outer',
    cause: { name: 'RangeError', message: 'inner' },
  });
  expect(line.error.stack).toContain('log-lines.test.ts');
  expect(JSON.stringify(line)).not.toContain('secret');
});

test('a big integer does not cost the line', () => {
  logger.info('request', { amount: 1n });
  expect(lines()[0]).toMatchObject({ amount: '1' });
});

test('a count is a metric in the embedded format, by service', () => {
  count('Missed', 3);
  const [line] = lines();
  expect(line).toMatchObject({ Missed: 3 });
  expect(line._aws.CloudWatchMetrics).toEqual([
    { Namespace: 'OmakaseLinear', Dimensions: [['service']], Metrics: [{ Name: 'Missed', Unit: 'Count' }] },
  ]);
  expect(Date.now() - line._aws.Timestamp).toBeLessThan(5_000);
});
