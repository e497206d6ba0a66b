import { randomBytes } from 'node:crypto';
import type { GraphQLSchema } from 'graphql';
import { Budgets } from './budgets.ts';
import { Clock } from './clock.ts';
import { Faults } from './faults.ts';
import type { Application } from './model.ts';
import { RequestLog } from './requests.ts';
import { loadSchema } from './schema.ts';
import { seedOrganization } from './seed.ts';
import { Store } from './store.ts';
import { Webhooks } from './webhooks.ts';

export const ADMIN_KEY = 'lin_api_local';

/** The whole of the local Linear, without its HTTP. */
export interface Linear {
  schema: GraphQLSchema;
  store: Store;
  clock: Clock;
  faults: Faults;
  budgets: Budgets;
  requests: RequestLog;
  webhooks: Webhooks;
  application: Application;
}

export interface LinearSettings {
  dataDir: string;
  fresh: boolean;
  webhookUrl: string | undefined;
}

export const openLinear = ({ dataDir, fresh, webhookUrl }: LinearSettings): Linear => {
  const store = new Store(dataDir, { fresh });
  const clock = new Clock(store.get('Setting', 'clock')?.value);
  const faults = new Faults();
  const application = theApplication(store);
  if ([...store.all('Organization')].length === 0) seed(store, clock);
  return {
    schema: loadSchema(),
    store,
    clock,
    faults,
    budgets: new Budgets(),
    requests: new RequestLog(),
    webhooks: new Webhooks(store, clock, faults, webhookUrl),
    application,
  };
};

/** Back to the beginning: new organization, real time. The application keeps its credentials, as its owner would. */
export const resetLinear = ({ store, clock, faults, budgets, requests }: Linear): void => {
  store.clear(['Application']);
  clock.offsetMs = 0;
  faults.clear();
  budgets.clear();
  requests.clear();
  seed(store, clock);
};

const seed = (store: Store, clock: Clock): void => {
  seedOrganization(store, clock, { name: 'Acme', adminKey: ADMIN_KEY });
};

const theApplication = (store: Store): Application => {
  const [existing] = store.all('Application');
  if (existing) return existing;
  const application: Application = {
    id: crypto.randomUUID(),
    name: 'Local App',
    clientId: randomBytes(16).toString('hex'),
    clientSecret: randomBytes(16).toString('hex'),
    webhookSecret: `lin_wh_${randomBytes(20).toString('hex')}`,
  };
  store.set('Application', application);
  return application;
};
