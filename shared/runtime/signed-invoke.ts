import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SignatureV4 } from '@smithy/signature-v4';
import { logger } from './logger.ts';

/** Linear waits at most five seconds for the answer of a webhook, and a lost kick is made up for by the schedule. */
const TIMEOUT_MS = 1_000;

/**
 * Starts another of our functions like `starter`, for the webhook. It signs the one request itself, with the region,
 * the credentials and the signer of a client that is there anyway: the SDK's client for Lambda would make the bundle a
 * quarter larger, and Linear waits for its cold start.
 */
export const signedStarter = <P extends object>(functionName: string, { config }: DynamoDBClient) => {
  const post = async (payload: P): Promise<void> => {
    const region = await config.region();
    const { credentials, sha256 } = config;
    const signer = new SignatureV4({ credentials, region, sha256, service: 'lambda' });
    const endpoint = new URL(process.env.AWS_ENDPOINT_URL_LAMBDA ?? `https://lambda.${region}.amazonaws.com`);
    const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
    const body = JSON.stringify(payload);
    const { headers } = await signer.sign({
      method: 'POST',
      protocol: endpoint.protocol,
      hostname: endpoint.hostname,
      path,
      headers: {
        host: endpoint.host,
        'content-type': 'application/json',
        'x-amz-invocation-type': 'Event',
      },
      body,
    });
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(new URL(path, endpoint), { method: 'POST', headers, body, signal });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`Lambda answered ${response.status}.`);
  };
  return (payload: P): Promise<void> =>
    post(payload).catch((error: Error) => logger.warn('kick lost', { functionName, error }));
};
