import type { Telemetry } from '../../../shared/composition/telemetry.ts';

/** Telemetry that goes nowhere. */
export const silent: Telemetry = { warn() {}, error() {}, count() {} };

/** Replaces the invocation of another function: nothing runs. */
export const notInvoked = async (): Promise<void> => {};
