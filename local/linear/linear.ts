import { randomBytes } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { Clock } from '../stand-in/clock.ts';
import { LinearFaults } from './faults.ts';
import { Budgets } from './graphql/budgets.ts';
import { loadSchema } from './graphql/schema.ts';
import { LinearRequestLog } from './requests.ts';
import { seedOrganization } from './seed/seed-organization.ts';
import { Store } from './store/store.ts';
import { Switches } from './store/switches.ts';
import type { Application } from './store/tables.ts';
import { defaultTypes } from './store/webhook-types.ts';
import { Webhooks } from './webhooks/webhooks.ts';

export const ADMIN_KEY = 'lin_api_local';

/** The version of the stored data. Data of another version is deleted, except for the application's credentials. */
const FORMAT = 2;

/** Everything that the local Linear consists of, except its HTTP server. */
export interface Linear {
  schema: GraphQLSchema;
  store: Store;
  clock: Clock;
  switches: Switches;
  faults: LinearFaults;
  budgets: Budgets;
  requests: LinearRequestLog;
  webhooks: Webhooks;
  /** The id of the application that this Linear was started for. */
  applicationId: string;
}

export interface LinearSettings {
  dataDir: string;
  fresh: boolean;
  /** Where the application receives its webhooks; without it there are none. */
  webhookUrl: string | undefined;
  /** The application's registered redirect uri; without it nobody can authorize. */
  redirectUri: string | undefined;
}

export const openLinear = ({ dataDir, fresh, webhookUrl, redirectUri }: LinearSettings): Linear => {
  const store = new Store(dataDir, { fresh });
  if (store.get('Setting', 'format')?.value !== FORMAT) store.clear(['Application']);
  const clock = new Clock(Number(store.get('Setting', 'clock')?.value ?? 0));
  const faults = new LinearFaults();
  const switches = new Switches(store);
  const [known] = store.all('Application');
  const application: Application = {
    ...newApplication('Local App'),
    ...known,
    webhookUrl: webhookUrl ?? null,
    redirectUris: redirectUri ? [redirectUri] : [],
  };
  store.set('Application', application);
  if (store.count('Organization') === 0) seed(store, clock);
  return {
    schema: loadSchema(),
    store,
    clock,
    switches,
    faults,
    budgets: new Budgets(store, switches),
    requests: new LinearRequestLog(),
    webhooks: new Webhooks(store, clock, faults, switches),
    applicationId: application.id,
  };
};

/** Starts over with a new organization and real time. The application keeps its credentials. */
export const resetLinear = (linear: Linear): void => {
  const { store, clock, faults, budgets, requests, webhooks } = linear;
  const application = applicationOf(linear);
  store.clear([]);
  store.set('Application', { ...application, resourceTypes: defaultTypes });
  clock.offsetMs = 0;
  faults.clear();
  budgets.clear();
  requests.clear();
  webhooks.forget();
  seed(store, clock);
};

/** The application that this Linear was started for. */
export const applicationOf = ({ store, applicationId }: Linear): Application => {
  const application = store.get('Application', applicationId);
  if (!application) throw new Error('the application is missing from the store');
  return application;
};

const seed = (store: Store, clock: Clock): void => {
  store.set('Setting', { id: 'format', value: FORMAT });
  seedOrganization(store, clock, { name: 'Acme', adminKey: ADMIN_KEY });
};

/** An application with new credentials. Linear's webhook secrets begin with `lin_wh_`. */
export const newApplication = (name: string): Application => ({
  id: crypto.randomUUID(),
  name,
  clientId: randomBytes(16).toString('hex'),
  clientSecret: randomBytes(16).toString('hex'),
  webhookSecret: `lin_wh_${randomBytes(20).toString('hex')}`,
  redirectUris: [],
  webhookUrl: null,
  resourceTypes: defaultTypes,
});
