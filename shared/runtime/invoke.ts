import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { logger } from './logger.ts';

/**
 * Starts another of our functions without waiting for it. This is only a hint: its work is due on a row anyway, so a
 * failure is logged and then ignored.
 */
export const starter = <P extends object>(functionName: string) => {
  const lambda = new LambdaClient({});
  return async (payload: P): Promise<void> => {
    const Payload = JSON.stringify(payload);
    await lambda
      .send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload }))
      .catch((error: unknown) => logger.warn('kick lost', { functionName, error: error as Error }));
  };
};
