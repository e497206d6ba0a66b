import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const metrics = new Metrics({ namespace: 'OmakaseLinear' });

/** Counts one thing that happened (CloudWatch EMF, on a line of its own). */
export const count = (name: string, value = 1): void => {
  const single = metrics.singleMetric();
  single.addMetric(name, MetricUnit.Count, value);
};
