import { randomBytes } from 'node:crypto';
import type { Confluence } from '../confluence.ts';
import type { Person } from '../store/model.ts';
import type { Application } from '../store/tables.ts';
import { newApplication } from './credentials.ts';

const newPerson = (displayName: string, accountType: Person['accountType']): Person => {
  const id = `712020:${crypto.randomUUID()}`;
  const host = accountType === 'app' ? 'serviceaccount.example.com' : 'example.com';
  const email = `${id.slice(-12)}@${host}`;
  return { id, displayName, email, accountType, accountStatus: 'active', isAdmin: false };
};

/** Adds a human. */
export const addPerson = ({ store }: Confluence, displayName: string): Person =>
  store.write((transaction) => transaction.set('Person', newPerson(displayName, 'atlassian')));

/** A new classic API token of a human. */
export const addApiToken = ({ store }: Confluence, accountId: string): string => {
  const id = `ATATT-local-${randomBytes(32).toString('base64url')}`;
  store.set('ApiToken', { id, accountId });
  return id;
};

/** Adds a service account with credentials of its own. */
export const addApplication = (
  { store }: Confluence,
  { name, scopes, spaces }: { name: string; scopes: string[]; spaces: Application['spaces'] },
): { application: Application; person: Person } => {
  const person = newPerson(name, 'app');
  const id = crypto.randomUUID();
  return store.write((transaction) => ({
    person: transaction.set('Person', person),
    application: transaction.set(
      'Application',
      newApplication({ id, name, accountId: person.id, scopes, spaces }),
    ),
  }));
};
