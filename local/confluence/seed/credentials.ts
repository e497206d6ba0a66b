import { randomBytes } from 'node:crypto';
import type { Confluence } from '../confluence.ts';
import { firstScopes } from '../oauth/scopes.ts';
import type { Transaction } from '../store/store.ts';
import type { Application } from '../store/tables.ts';
import { ADMIN, SERVICE } from './people.ts';

/** What proves who somebody is, in each form that Confluence Cloud has. */
export interface Credentials {
  /** Of the service account's OAuth 2.0 client credentials. They get a bearer for the gateway. */
  clientId: string;
  clientSecret: string;
  /** An API token with scopes, of the service account with this email. It works through the gateway. */
  scopedToken: string;
  scopedTokenEmail: string;
  /** A classic API token, of the human admin with this email. It works on the site. */
  apiToken: string;
  email: string;
}

const FIRST = 'first';

/** A service account's application with new credentials. */
export const newApplication = (values: {
  id: string;
  name: string;
  accountId: string;
  scopes: string[];
  spaces: Application['spaces'];
}): Application => ({
  ...values,
  clientId: randomBytes(16).toString('hex'),
  clientSecret: `local-cs-${randomBytes(32).toString('base64url')}`,
  scopedToken: `ATSTT-local-${randomBytes(32).toString('base64url')}`,
  isRevoked: false,
});

/** The first service account and the admin's API token. Where they exist already, their secrets stay. */
export const seedCredentials = ({ store }: Confluence, transaction: Transaction): void => {
  const spaces = { read: ['PLAN'], update: ['PLAN'] };
  const known = store.get('Application', FIRST);
  const fresh = newApplication({
    id: FIRST,
    name: SERVICE.displayName,
    accountId: SERVICE.id,
    scopes: firstScopes,
    spaces,
  });
  const secrets = known && {
    clientId: known.clientId,
    clientSecret: known.clientSecret,
    scopedToken: known.scopedToken,
  };
  transaction.set('Application', { ...fresh, ...secrets });
  for (const { id } of store.all('Application')) if (id !== FIRST) transaction.delete('Application', id);
  if (store.count('ApiToken') > 0) return;
  transaction.set('ApiToken', {
    id: `ATATT-local-${randomBytes(32).toString('base64url')}`,
    accountId: ADMIN.id,
  });
};

/** The application that this Confluence was started for. */
export const firstApplication = ({ store }: Confluence): Application => {
  const application = store.get('Application', FIRST);
  if (!application) throw new Error('the application is missing from the store');
  return application;
};

export const firstCredentials = (confluence: Confluence): Credentials => {
  const { clientId, clientSecret, scopedToken } = firstApplication(confluence);
  const [apiToken] = confluence.store.all('ApiToken');
  if (!apiToken) throw new Error('the API token is missing from the store');
  return {
    clientId,
    clientSecret,
    scopedToken,
    scopedTokenEmail: SERVICE.email,
    apiToken: apiToken.id,
    email: ADMIN.email,
  };
};
