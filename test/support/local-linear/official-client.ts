import type { LinearClient } from '@linear/sdk';
import { type Harness, startHarness } from './harness.ts';

/** The file's harness, and the official client of its admin. */
export let h: Harness;
export let linear: LinearClient;
/** The team ENG. */
export let teamId: string;

/** For `beforeAll`. */
export const startClient = async () => {
  h = await startHarness();
  linear = h.admin;
};

/** For `beforeEach`: brings back the rows that the local Linear starts with. */
export const resetLinear = async () => {
  await h.reset();
  teamId = (await linear.team('ENG')).id;
};

/** For `afterAll`. */
export const stopClient = () => h.close();
