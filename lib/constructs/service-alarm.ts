import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

export type ServiceAlarmProps = {
  /** Who notices what while this alarm is on. */
  impact: string;
  metric: IMetric;
  /** Alarms at this value or above, in each of `periods` periods. */
  atLeast?: number;
  /** Alarms below this value and without data, for something that has to happen regularly. */
  below?: number;
  periods?: number;
  action: IAlarmAction;
};

/** An alarm whose description says what it means for people. Its page in docs/runbook.md has its construct id. */
export class ServiceAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: ServiceAlarmProps) {
    const { impact, metric, atLeast = 1, below, periods = 1, action } = props;
    super(scope, id, {
      alarmDescription: `${impact} See docs/runbook.md#${id.toLowerCase()}`,
      metric,
      evaluationPeriods: periods,
      threshold: below ?? atLeast,
      comparisonOperator:
        below === undefined
          ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: below === undefined ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}

export const sumOf5Minutes = { statistic: 'Sum', period: Duration.minutes(5) };
