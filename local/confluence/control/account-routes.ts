import * as z from 'zod';
import { ControlError, readJson } from '../../stand-in/control.ts';
import { type HttpRequest, json } from '../../stand-in/http.ts';
import type { Routes } from '../../stand-in/routes.ts';
import type { Confluence } from '../confluence.ts';
import { firstScopes } from '../oauth/scopes.ts';
import { firstApplication } from '../seed/credentials.ts';
import { addApiToken, addApplication, addPerson } from '../seed/new-accounts.ts';
import type { Person } from '../store/model.ts';
import type { Application } from '../store/tables.ts';

const PersonBody = z.strictObject({ name: z.string().min(1) });
const keys = z.array(z.string()).max(1000);
const ApplicationBody = z.strictObject({
  name: z.string().min(1),
  scopes: z.array(z.string()).max(50).default(firstScopes),
  /** The keys of the spaces that it may see, and of those that it may edit. */
  see: keys.default(['PLAN']),
  edit: keys.default(['PLAN']),
});
const AccessBody = z.strictObject({ see: keys.optional(), edit: keys.optional() });
const limit = z.int().min(1).max(1_000_000).nullable().default(null);
const LimitsBody = z.strictObject({ per10Seconds: limit, perHour: limit });

/** People, service accounts, and what they may. `?application=CLIENT_ID` names another than the first service account. */
export const accountRoutes = (confluence: Confluence): Routes => {
  const { store, limits } = confluence;
  return {
    'GET /_local/people': () => json(200, { people: [...store.all('Person')].map(personView) }),
    'POST /_local/people': (request) => {
      const person = addPerson(confluence, PersonBody.parse(readJson(request)).name);
      return json(201, { ...personView(person), apiToken: addApiToken(confluence, person.id) });
    },
    'POST /_local/applications': (request) => {
      const { name, scopes, see, edit } = ApplicationBody.parse(readJson(request));
      const spaces = { read: [...new Set([...see, ...edit])], update: edit };
      const { application, person } = addApplication(confluence, { name, scopes, spaces });
      return json(201, { ...personView(person), ...credentialsView(application) });
    },
    'POST /_local/access': (request) => {
      const { see, edit } = AccessBody.parse(readJson(request));
      const application = theApplication(confluence, request);
      const update = edit ?? application.spaces.update;
      const spaces = { read: see ?? [...new Set([...application.spaces.read, ...update])], update };
      store.set('Application', { ...application, spaces });
      return json(200, { see: spaces.read, edit: spaces.update });
    },
    'POST /_local/revoke': (request) => {
      const application = theApplication(confluence, request);
      store.set('Application', { ...application, isRevoked: true });
      return json(200, { clientId: application.clientId, isRevoked: true });
    },
    'GET /_local/limits': () => json(200, limits.limits),
    'POST /_local/limits': (request) => {
      limits.set(LimitsBody.parse(readJson(request)));
      return json(200, limits.limits);
    },
  };
};

const personView = ({ id, displayName, email, accountType, accountStatus }: Person) => ({
  accountId: id,
  displayName,
  email,
  accountType,
  accountStatus,
});

const credentialsView = ({ clientId, clientSecret, scopedToken, scopes, spaces }: Application) => ({
  clientId,
  clientSecret,
  scopedToken,
  scopes,
  see: spaces.read,
  edit: spaces.update,
});

const theApplication = (confluence: Confluence, { url }: HttpRequest): Application => {
  const clientId = url.searchParams.get('application');
  if (!clientId) return firstApplication(confluence);
  const application = [...confluence.store.all('Application')].find((one) => one.clientId === clientId);
  if (!application) throw new ControlError(`no application with the client id ${clientId}`);
  return application;
};
