import type { ConfluenceClients } from '../../../shared/composition/confluence-clients.ts';
import type { Telemetry } from '../../../shared/composition/telemetry.ts';

/** Telemetry that goes nowhere. */
export const silent: Telemetry = { warn() {}, error() {}, count() {} };

/** Replaces the invocation of another function: nothing runs. */
export const notInvoked = async (): Promise<void> => {};

const unexpected = (): never => {
  throw new Error('Nothing here is about Confluence.');
};

/** For tests in which nobody calls Confluence. */
export const noConfluence: ConfluenceClients = {
  confluence: unexpected,
  probe: unexpected,
  siteOrigin: unexpected,
  cloudIdOf: unexpected,
  siteVault: { seal: unexpected, open: unexpected },
};
