import type { Telemetry } from '../../../shared/composition/telemetry.ts';

/** Nobody reads what the use cases tell their operator. */
export const silent: Telemetry = { warn() {}, error() {}, count() {} };

/** Stands for another function, which never runs. */
export const notInvoked = async (): Promise<void> => {};
