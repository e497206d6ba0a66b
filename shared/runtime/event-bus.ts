import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { logger } from './logger.ts';
import { count } from './metrics.ts';

/** The `source` of our events, for EventBridge rules to match. */
const SOURCE = 'omakase.linear';

/** Puts up to ten events on the bus. Returns for each whether it was accepted. Failures are logged and counted. */
export const eventBus = (name: string, client = new EventBridgeClient({})) => ({
  async put(detailType: string, details: readonly object[]): Promise<boolean[]> {
    const Entries = details.map((detail) => ({
      EventBusName: name,
      Source: SOURCE,
      DetailType: detailType,
      Detail: JSON.stringify(detail),
    }));
    const answer = await client.send(new PutEventsCommand({ Entries })).catch((error: unknown) => {
      logger.warn('events not put', { error: error as Error });
      return undefined;
    });
    const taken = details.map((_, index) => answer?.Entries?.[index]?.EventId !== undefined);
    const refused = taken.filter((each) => !each).length;
    if (refused > 0) {
      count('AnnouncementsFailed', refused);
      const why = answer?.Entries?.find(({ ErrorCode }) => ErrorCode);
      if (why) logger.warn('events not put', { errorCode: why.ErrorCode, errorMessage: why.ErrorMessage });
    }
    return taken;
  },
});

export type EventBus = ReturnType<typeof eventBus>;
