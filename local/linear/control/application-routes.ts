import * as z from 'zod';
import { readJson } from '../../stand-in/control.ts';
import { type HttpRequest, json } from '../../stand-in/http.ts';
import type { Routes } from '../../stand-in/routes.ts';
import { type Linear, newApplication } from '../linear.ts';
import { changeAccess } from '../oauth/permissions.ts';
import { deauthorize } from '../oauth/revoke.ts';
import type { Application } from '../store/tables.ts';
import { webhookTypes } from '../store/webhook-types.ts';
import { exampleEvent } from './example-event.ts';
import { theApplication, theInstallation, theOrganization } from './parameters.ts';

const Types = z.array(z.enum(webhookTypes));
const AccessBody = z.strictObject({ canAccessAllPublicTeams: z.boolean(), teamIds: z.array(z.string()) });
const WebhookBody = z.strictObject({ enabled: z.boolean().optional(), resourceTypes: Types.optional() });
const ApplicationBody = z.strictObject({
  name: z.string().trim().min(1).max(80),
  redirectUri: z.url(),
  webhookUrl: z.url().nullable().default(null),
  resourceTypes: Types.optional(),
});

/** OAuth applications, and what a human admin does to one in Linear's settings. */
export const applicationRoutes = (linear: Linear): Routes => {
  const { store, webhooks } = linear;
  return {
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
    /** Sends an event that the local Linear has no data for, as if it had happened. */
    'POST /_local/events': (request) => {
      const { id } = theOrganization(linear, request);
      const event = exampleEvent(readJson(request), theInstallation(linear, request), store);
      webhooks.sendWith(id, [], () => [event]);
      return json(201, event);
    },
    /** Does what "Revoke access" under Settings → Applications does. */
    'POST /_local/revoke': (request) => {
      const installation = theInstallation(linear, request);
      deauthorize(linear, installation);
      return json(200, { organization: installation.organizationId });
    },
  };
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
