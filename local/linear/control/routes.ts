import { clockRoutes, faultRoutes, readJson, switchRoutes } from '../../stand-in/control.ts';
import { json } from '../../stand-in/http.ts';
import type { Routes } from '../../stand-in/routes.ts';
import { parseFault } from '../faults.ts';
import { type Linear, resetLinear } from '../linear.ts';
import type { Delivery } from '../store/tables.ts';
import { applicationRoutes } from './application-routes.ts';
import { organizationRoutes } from './organization-routes.ts';

/**
 * The control API (`/_local/...`): what tests, benchmarks and people do to the local Linear from outside.
 * `onClock` is called with the new offset after each change of the time, and the answer waits for it.
 */
export const controlRoutes = (linear: Linear, onClock: (offsetMs: number) => Promise<void>): Routes => {
  const { store, clock, faults, requests, switches, webhooks } = linear;
  return {
    ...faultRoutes(faults, (request) => {
      const fault = parseFault(readJson(request));
      const organization = request.url.searchParams.get('organization') ?? fault.organization;
      return { ...fault, ...(organization && { organization }) };
    }),
    ...clockRoutes(clock, async () => {
      store.set('Setting', { id: 'clock', value: clock.offsetMs });
      await onClock(clock.offsetMs);
      await webhooks.runDue();
    }),
    ...switchRoutes(switches),
    'GET /_local/requests': ({ url }) =>
      json(200, { requests: requests.of(url.searchParams.get('organization')) }),
    'DELETE /_local/requests': () => {
      requests.clear();
      return json(200, { requests: [] });
    },
    'GET /_local/deliveries': ({ url }) => {
      const organization = url.searchParams.get('organization');
      const outcome = url.searchParams.get('outcome');
      const all = [...store.all('Delivery')].filter(
        (one) =>
          (!organization || one.organizationId === organization) && (!outcome || one.outcome === outcome),
      );
      return json(200, { deliveries: all.map(deliveryView) });
    },
    'POST /_local/reset': async () => {
      resetLinear(linear);
      await onClock(clock.offsetMs);
      return json(200, {
        organizations: [...store.all('Organization')].map(({ id, name }) => ({ id, name })),
      });
    },
    ...organizationRoutes(linear),
    ...applicationRoutes(linear),
  };
};

const deliveryView = ({ body, ...delivery }: Delivery) => ({
  ...delivery,
  body: JSON.parse(body) as unknown,
});
