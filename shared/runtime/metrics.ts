/** What a function's lines and metrics are told apart by (lib/constructs/service-function.ts). */
const service = process.env.POWERTOOLS_SERVICE_NAME;

/**
 * Counts one thing that happened, as a line of CloudWatch's embedded metric format: a log line of its own, without
 * what `console` puts before it on Lambda. The library for it weighs 12 kB of the 330 that the webhook may.
 */
export const count = (name: string, value = 1): void => {
  const metric = {
    Namespace: 'OmakaseLinear',
    Dimensions: [['service']],
    Metrics: [{ Name: name, Unit: 'Count' }],
  };
  const line = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [metric] }, service, [name]: value };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
