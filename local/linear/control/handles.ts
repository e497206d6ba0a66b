import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { parseFault } from '../../stand-in/faults.ts';
import { type HttpRequest, type HttpResponse, json } from '../../stand-in/http.ts';
import { type Linear, newApplication, resetLinear } from '../linear.ts';
import { changeAccess } from '../oauth/permissions.ts';
import { deauthorize } from '../oauth/revoke.ts';
import { plantUser, Sower } from '../seed/seeder.ts';
import { seedOrganization, seedVolume } from '../seed/workspace.ts';
import { SwitchChanges } from '../store/switches.ts';
import type { Application, Delivery } from '../store/tables.ts';
import { webhookTypes } from '../store/webhook-types.ts';
import { exampleEvent } from './example-event.ts';
import { HandleError, readJson, theApplication, theInstallation, theOrganization } from './handle-input.ts';

const YEAR_MS = 366 * 24 * 3_600_000;
const MAX_SEED = 100_000;
const Amount = z.int().min(0).max(MAX_SEED).default(0);
const Name = z.string().trim().min(1).max(80);
const Types = z.array(z.enum(webhookTypes));
const ClockBody = z.strictObject({ advanceMs: z.int().min(0).max(YEAR_MS) });
const SeedBody = z.strictObject({ teams: Amount, projects: Amount, issues: Amount });
const OrganizationBody = z.strictObject({ name: Name });
const UserBody = z.strictObject({ name: Name, admin: z.boolean().default(false) });
const LimitsBody = z.strictObject({
  of: z.enum(['applications', 'keys']).default('applications'),
  requests: z.int().min(1).optional(),
  complexity: z.int().min(1).optional(),
});
const AccessBody = z.strictObject({ canAccessAllPublicTeams: z.boolean(), teamIds: z.array(z.string()) });
const WebhookBody = z.strictObject({ enabled: z.boolean().optional(), resourceTypes: Types.optional() });
const ApplicationBody = z.strictObject({
  name: Name,
  redirectUri: z.url(),
  webhookUrl: z.url().nullable().default(null),
  resourceTypes: Types.optional(),
});

export interface HandleHooks {
  /** Tells whoever started this Linear that its time has changed, and waits for them to follow. */
  clockChanged: (offsetMs: number) => Promise<void>;
}

type Handle = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** The `/_local` endpoints, by method and path: what a test may do to Linear from outside. */
export const localHandles = (linear: Linear, { clockChanged }: HandleHooks): Record<string, Handle> => {
  const { store, clock, faults, requests, switches, webhooks, budgets } = linear;
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
    'GET /_local/switches': () => json(200, { switches: switches.describe() }),
    'POST /_local/switches': (request) => {
      switches.change(SwitchChanges.parse(readJson(request)));
      return json(200, { switches: switches.describe() });
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
    'GET /_local/organizations': () =>
      json(200, { organizations: [...store.all('Organization')].map(({ id, name }) => ({ id, name })) }),
    'POST /_local/organizations': (request) => {
      const { name } = OrganizationBody.parse(readJson(request));
      return json(201, { name, ...seedOrganization(store, clock, { name, adminKey: newKey() }) });
    },
    'POST /_local/users': (request) => {
      const { name, admin } = UserBody.parse(readJson(request));
      const { id: organizationId } = theOrganization(linear, request);
      const sow = new Sower(organizationId, clock.now());
      const user = plantUser(sow, name, name.toLowerCase().replaceAll(' ', '.'), admin);
      const key = newKey();
      sow.add({ set: 'ApiKey', row: { id: key, organizationId, userId: user.id } });
      sow.commit(store);
      return json(201, { id: user.id, name, admin, key });
    },
    'POST /_local/applications': (request) => {
      const { redirectUri, resourceTypes, ...body } = ApplicationBody.parse(readJson(request));
      const application: Application = {
        ...newApplication(body.name),
        ...body,
        redirectUris: [redirectUri],
        ...(resourceTypes && { resourceTypes }),
      };
      store.set('Application', application);
      return json(201, application);
    },
    'POST /_local/limits': (request) => {
      const { id } = theOrganization(linear, request);
      const { of, requests: perHour, complexity } = LimitsBody.parse(readJson(request));
      budgets.setLimits(id, of, { ...(perHour && { requests: perHour }), ...(complexity && { complexity }) });
      return json(200, budgets.limits({ organizationId: id, scope: of === 'applications' ? [] : null }));
    },
    /** What a human admin does in the application's settings. */
    'POST /_local/access': (request) =>
      json(200, changeAccess(linear, theInstallation(linear, request), AccessBody.parse(readJson(request)))),
    'GET /_local/webhook': (request) => json(200, webhookView(linear, request)),
    'POST /_local/webhook': (request) => {
      const { enabled, resourceTypes } = WebhookBody.parse(readJson(request));
      if (resourceTypes) store.set('Application', { ...theApplication(linear, request), resourceTypes });
      if (enabled !== undefined) {
        const installation = theInstallation(linear, request);
        store.set('Installation', { ...installation, webhookEnabled: enabled, lostEvents: 0 });
      }
      return json(200, webhookView(linear, request));
    },
    /** An event of any type, as if it had happened: for what has no life of its own here. */
    'POST /_local/events': (request) => {
      const { id } = theOrganization(linear, request);
      const event = exampleEvent(readJson(request), theInstallation(linear, request), store);
      webhooks.sendWith(id, [], () => [event]);
      return json(201, event);
    },
    /** What a human admin does under Settings → Applications → Revoke access. */
    'POST /_local/revoke': (request) => {
      const installation = theInstallation(linear, request);
      deauthorize(linear, installation);
      return json(200, { organization: installation.organizationId });
    },
  };
};

const newKey = (): string => `lin_api_${randomBytes(16).toString('hex')}`;

/** Turns a misuse of a handle into a 400; anything else is a bug. */
export const misuse = (error: unknown): HttpResponse => {
  if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) });
  if (error instanceof HandleError) return json(400, { error: error.message });
  throw error;
};

const webhookView = (linear: Linear, request: HttpRequest) => {
  const { webhookUrl, resourceTypes } = theApplication(linear, request);
  const installations = [...linear.store.all('Installation')].map(
    ({ organizationId, webhookId, webhookEnabled, lostEvents }) => ({
      organizationId,
      webhookId,
      enabled: webhookEnabled,
      lostEvents,
    }),
  );
  return { url: webhookUrl, resourceTypes, installations };
};

const deliveryView = ({ body, ...delivery }: Delivery) => ({
  ...delivery,
  body: JSON.parse(body) as unknown,
});
