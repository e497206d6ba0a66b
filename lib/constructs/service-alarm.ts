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
  /** Who notices what, while this rings. */
  impact: string;
  metric: IMetric;
  /** Rings at this value or above, in each of `periods` periods. */
  atLeast?: number;
  /** Rings below this value, and when there is no value at all: for what has to happen. */
  below?: number;
  periods?: number;
  action: IAlarmAction;
};

/** An alarm that says what it means for people. Its page in docs/runbook.md carries its construct id. */
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
