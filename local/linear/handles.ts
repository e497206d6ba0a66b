import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { parseFault } from './faults.ts';
import { type HttpRequest, type HttpResponse, json } from './http.ts';
import { uninstall } from './installations.ts';
import { type Linear, resetLinear } from './linear.ts';
import type { Delivery, Organization } from './model.ts';
import { seedOrganization, seedVolume } from './seed.ts';

const YEAR_MS = 366 * 24 * 3_600_000;
const MAX_SEED = 100_000;
const Amount = z.int().min(0).max(MAX_SEED).default(0);
const ClockBody = z.strictObject({ advanceMs: z.int().min(0).max(YEAR_MS) });
const SeedBody = z.strictObject({ teams: Amount, projects: Amount, issues: Amount });
const OrganizationBody = z.strictObject({ name: z.string().trim().min(1).max(80) });

export interface HandleHooks {
  /** Tells whoever started this Linear that its time has changed, and waits for them to follow. */
  clockChanged: (offsetMs: number) => Promise<void>;
}

type Handle = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** The `/_local` endpoints, by method and path: what a test may do to Linear from outside. */
export const localHandles = (linear: Linear, { clockChanged }: HandleHooks): Record<string, Handle> => {
  const { store, clock, faults, requests, webhooks } = linear;
  return {
    'GET /_local/faults': () => json(200, { faults: faults.list() }),
    'POST /_local/faults': (request) => {
      const fault = parseFault(readJson(request));
      const organization = request.url.searchParams.get('organization') ?? fault.organization;
      return json(201, faults.add({ ...fault, ...(organization && { organization }) }));
    },
    'DELETE /_local/faults': () => {
      faults.clear();
      return json(200, { faults: [] });
    },
    'GET /_local/requests': ({ url }) =>
      json(200, { requests: requests.list(url.searchParams.get('organization')) }),
    'DELETE /_local/requests': () => {
      requests.clear();
      return json(200, { requests: [] });
    },
    'GET /_local/deliveries': ({ url }) => {
      const organization = url.searchParams.get('organization');
      const all = [...store.all('Delivery')].filter(
        (one) => !organization || one.organizationId === organization,
      );
      return json(200, { deliveries: all.map(deliveryView) });
    },
    'GET /_local/clock': () => json(200, { now: clock.iso(), offsetMs: clock.offsetMs }),
    'POST /_local/clock': async (request) => {
      const { advanceMs } = ClockBody.parse(readJson(request));
      clock.offsetMs += advanceMs;
      store.set('Setting', { id: 'clock', value: clock.offsetMs });
      await clockChanged(clock.offsetMs);
      await webhooks.runDue();
      return json(200, { now: clock.iso(), offsetMs: clock.offsetMs });
    },
    'POST /_local/reset': async () => {
      resetLinear(linear);
      await clockChanged(clock.offsetMs);
      return json(200, {
        organizations: [...store.all('Organization')].map(({ id, name }) => ({ id, name })),
      });
    },
    'POST /_local/seed': (request) => {
      const counts = SeedBody.parse(readJson(request));
      return json(201, seedVolume(store, clock, theOrganization(linear, request).id, counts));
    },
    'POST /_local/organizations': (request) => {
      const { name } = OrganizationBody.parse(readJson(request));
      const adminKey = `lin_api_${randomBytes(16).toString('hex')}`;
      return json(201, { name, ...seedOrganization(store, clock, { name, adminKey }) });
    },
    /** What a human admin does under Settings → Applications → Revoke access. */
    'POST /_local/revoke': (request) => {
      const { id } = theOrganization(linear, request);
      if (!store.get('Installation', id)) throw new HandleError('the application is not installed there');
      webhooks.announceRevoked(id);
      uninstall(store, id);
      return json(200, { organization: id });
    },
  };
};

/** What is wrong with a call of a handle, and what would be right. */
class HandleError extends Error {}

/** Turns a misuse of a handle into a 400; anything else is a bug. */
export const misuse = (error: unknown): HttpResponse => {
  if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) });
  if (error instanceof HandleError) return json(400, { error: error.message });
  throw error;
};

const readJson = ({ body }: HttpRequest): unknown => {
  try {
    return JSON.parse(body || '{}');
  } catch {
    throw new HandleError('the body is not JSON; send an object such as {"advanceMs": 60000}');
  }
};

/** The organization named by `?organization=ID`; the first one unless named. */
const theOrganization = ({ store }: Linear, { url }: HttpRequest): Organization => {
  const id = url.searchParams.get('organization');
  const all = [...store.all('Organization')];
  const organization = id ? all.find((one) => one.id === id) : all[0];
  if (!organization)
    throw new HandleError(`no organization ${id}; there are ${all.map((one) => one.id).join(', ')}`);
  return organization;
};

const deliveryView = ({ body, ...delivery }: Delivery) => ({
  ...delivery,
  body: JSON.parse(body) as unknown,
});
