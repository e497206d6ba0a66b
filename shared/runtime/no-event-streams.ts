/**
 * What lib/bundle.ts puts in the place of `@smithy/core/event-streams`: no operation we send answers with a stream.
 * The SDK imports it dynamically, which would keep esbuild from dropping whatever it shares with the rest.
 */
export class EventStreamSerde {
  constructor() {
    throw new Error('Event streams are not bundled: see lib/bundle.ts.');
  }
}

/** Clients that could stream are configured at their making. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;
export const eventStreamSerdeProvider = (): undefined => undefined;
