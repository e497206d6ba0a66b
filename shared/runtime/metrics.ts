import { service, writeLine } from './stdout.ts';

/** Counts one thing that happened (CloudWatch's embedded metric format, on a line of its own). */
export const count = (name: string, value = 1): void => {
  const metric = {
    Namespace: 'OmakaseLinear',
    Dimensions: [['service']],
    Metrics: [{ Name: name, Unit: 'Count' }],
  };
  writeLine({ _aws: { Timestamp: Date.now(), CloudWatchMetrics: [metric] }, service, [name]: value });
};
