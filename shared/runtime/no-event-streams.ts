/**
 * lib/bundle.ts replaces `@smithy/core/event-streams` with this, because no operation that we send answers with a
 * stream. The SDK imports the original dynamically, so esbuild could not drop what it shares with the rest.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are not bundled: see lib/bundle.ts.');
  }
}

/** Clients that support streams call this when they are created. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;
export const eventStreamSerdeProvider = (): undefined => undefined;
