/** The function's name in log lines and metrics, set in lib/constructs/service-function.ts. */
const service = process.env.POWERTOOLS_SERVICE_NAME;

/**
 * Counts an event in CloudWatch's embedded metric format. It writes to stdout, because `console` adds a prefix on
 * Lambda. The library for this format would take 12 kB of the 330 kB that the webhook's bundle may have.
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
