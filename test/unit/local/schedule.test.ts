import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { resolveTemplates } from '../../../local/aws/template.ts';
import { createClock } from '../../../local/clock.ts';
import { startSchedules } from '../../../local/lambda/schedule.ts';

const start = (ScheduleExpression: string, State = 'ENABLED') => {
  const { resources } = resolveTemplates(
    {
      Service: {
        Resources: {
          Tick: {
            Type: 'AWS::Scheduler::Schedule',
            Properties: { ScheduleExpression, State, Target: { Arn: 'tick' } },
          },
        },
      },
    },
    { apiEndpoint: '' },
  );
  const clock = createClock();
  const invokeEvent = vi.fn();
  const schedules = startSchedules({ resources }, { functions: { invokeEvent }, clock });
  return { clock, invokeEvent, schedules };
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('a schedule fires at the start and then at its rate', () => {
  const { invokeEvent } = start('rate(1 minute)');
  expect(invokeEvent).toHaveBeenCalledTimes(1);
  expect(invokeEvent).toHaveBeenCalledWith('tick', expect.objectContaining({ source: 'aws.scheduler' }));
  vi.advanceTimersByTime(59_999);
  expect(invokeEvent).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(60_001);
  expect(invokeEvent).toHaveBeenCalledTimes(3);
});

test('a schedule fires once for all skipped time and continues from there', () => {
  const { clock, invokeEvent, schedules } = start('rate(5 minutes)');
  clock.offsetMs = 86_400_000;
  schedules.clockMoved();
  expect(invokeEvent).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(300_000);
  expect(invokeEvent).toHaveBeenCalledTimes(3);
});

test('a schedule that is not due yet does not fire when the clock moves, and then fires in time', () => {
  const { clock, invokeEvent, schedules } = start('rate(1 minute)');
  clock.offsetMs = 30_000;
  schedules.clockMoved();
  expect(invokeEvent).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(30_000);
  expect(invokeEvent).toHaveBeenCalledTimes(2);
});

test('a schedule continues at its rate after the clock went back', () => {
  const { clock, invokeEvent, schedules } = start('rate(1 minute)');
  clock.offsetMs = -86_400_000;
  schedules.clockMoved();
  vi.advanceTimersByTime(60_000);
  expect(invokeEvent).toHaveBeenCalledTimes(2);
});

test('a disabled or stopped schedule does not fire', () => {
  expect(start('rate(1 minute)', 'DISABLED').invokeEvent).not.toHaveBeenCalled();
  const { invokeEvent, schedules } = start('rate(1 minute)');
  schedules.stop();
  vi.advanceTimersByTime(600_000);
  expect(invokeEvent).toHaveBeenCalledTimes(1);
});

test('an unsupported schedule expression is named in the error', () => {
  expect(() => start('cron(0 10 * * ? *)')).toThrow('cron(0 10 * * ? *)');
});
