import { linearSession, type OnUnreadable } from '../session.ts';
import type { PlanningClient } from './client.ts';
import { planMutateApi } from './mutate.ts';
import { planReadingApi } from './project.ts';

/** What plans request from Linear. It is apart from `linearApi`, so that other functions do not carry it. */
export const planningLinearApi = (
  client: PlanningClient,
  access: { accessToken: string; now: () => number; onUnreadable?: OnUnreadable },
) => ({
  ...planReadingApi(linearSession(client, access)),
  ...planMutateApi(client, access.accessToken),
});
