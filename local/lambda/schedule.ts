import { randomUUID } from 'node:crypto';
import { ACCOUNT, type Deployment, REGION, type Resource } from '../aws/template.ts';
import type { Clock } from '../clock.ts';
import type { Functions } from './functions.ts';

type ScheduleProperties = {
  ScheduleExpression: string;
  State?: 'ENABLED' | 'DISABLED';
  Target: { Arn: string; Input?: string };
};

export type Schedules = {
  /** Call it after the clock has changed. A schedule that became due in the skipped time fires once. */
  clockMoved(): void;
  stop(): void;
};

/** Fires the template's schedules at the start, and then by the clock of the run. */
export const startSchedules = (
  deployment: Pick<Deployment, 'resources'>,
  { functions, clock }: { functions: Pick<Functions, 'invokeEvent'>; clock: Clock },
): Schedules => {
  const running = deployment
    .resources<ScheduleProperties>('AWS::Scheduler::Schedule')
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map((schedule) => startSchedule(schedule, functions, clock));
  return {
    clockMoved: () => {
      for (const { fireIfDue } of running) fireIfDue();
    },
    stop: () => {
      for (const { stop } of running) stop();
    },
  };
};

const startSchedule = (
  { arn, properties }: Resource<ScheduleProperties>,
  functions: Pick<Functions, 'invokeEvent'>,
  clock: Clock,
) => {
  const { ScheduleExpression, Target } = properties;
  const everyMs = intervalOf(ScheduleExpression);
  let dueAt = clock.now();
  let timer: NodeJS.Timeout | undefined;

  const fireIfDue = () => {
    clearTimeout(timer);
    const now = clock.now();
    if (now >= dueAt) {
      dueAt = now + everyMs;
      const event = Target.Input === undefined ? scheduledEvent(arn, now) : JSON.parse(Target.Input);
      functions.invokeEvent(Target.Arn, event);
    }
    // After the clock went back, the schedule must not wait until the old due time.
    dueAt = Math.min(dueAt, now + everyMs);
    timer = setTimeout(fireIfDue, dueAt - now);
  };
  fireIfDue();
  return { fireIfDue, stop: () => clearTimeout(timer) };
};

const UNITS_MS: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

const intervalOf = (expression: string) => {
  const [, count, unit = ''] = expression.match(/^rate\((\d+) (minute|hour|day)s?\)$/) ?? [];
  const unitMs = UNITS_MS[unit];
  if (!unitMs) throw new Error(`The local runner supports only rate(…) schedules, not ${expression}.`);
  return Number(count) * unitMs;
};

/** The event of a schedule without an input, as EventBridge Scheduler sends it. */
const scheduledEvent = (arn: string, now: number) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account: ACCOUNT,
  time: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
  region: REGION,
  resources: [arn],
  detail: '{}',
});
