import type { Confluence } from '../confluence.ts';
import type { Caller } from '../store/permissions.ts';
import type { Application } from '../store/tables.ts';

/** Who sends a request, and what its credential allows. */
export interface Identity extends Caller {
  /** The scopes of the token; null for a classic API token, which has every right of its owner. */
  scopes: readonly string[] | null;
  /** Whether it is a token of the client credentials grant. */
  isClientCredentials: boolean;
}

/** Who an `Authorization` header names at a host; undefined if the host does not accept it. */
export const authenticate = (
  confluence: Confluence,
  host: 'site' | 'gateway',
  authorization: string | undefined,
): Identity | undefined => {
  const [, scheme = '', credential = ''] = /^(\S+) +(\S+)$/.exec(authorization ?? '') ?? [];
  const [email, token] = scheme.toLowerCase() === 'basic' ? basicOf(credential) : [undefined, credential];
  if (host === 'site') return email === undefined ? undefined : byClassicToken(confluence, email, token);
  if (email === undefined && scheme.toLowerCase() !== 'bearer') return undefined;
  return byScopedToken(confluence, email, token) ?? byAccessToken(confluence, email, token);
};

const basicOf = (credential: string): [string, string] => {
  const text = Buffer.from(credential, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
};

const isOwner = (email: string, owner: string | undefined): boolean =>
  owner !== undefined && email.toLowerCase() === owner.toLowerCase();

const byClassicToken = ({ store }: Confluence, email: string, token: string): Identity | undefined => {
  const person = store.get('Person', store.get('ApiToken', token)?.accountId ?? '');
  if (person?.accountStatus !== 'active' || !isOwner(email, person.email)) return undefined;
  return { person, application: null, scopes: null, isClientCredentials: false };
};

/** Service accounts may send their API token as a bearer, too. */
const byScopedToken = (
  { store }: Confluence,
  email: string | undefined,
  token: string,
): Identity | undefined => {
  const application = [...store.all('Application')].find((one) => one.scopedToken === token);
  const identity = application && identityOf(store, application, application.scopes);
  return identity && (email === undefined || isOwner(email, identity.person.email)) ? identity : undefined;
};

const byAccessToken = (
  { store, clock }: Confluence,
  email: string | undefined,
  token: string,
): Identity | undefined => {
  const known = email === undefined ? store.get('AccessToken', token) : undefined;
  const application = known && store.get('Application', known.applicationId);
  if (!known || !application || known.expiresAt <= clock.now()) return undefined;
  const identity = identityOf(store, application, known.scopes);
  return identity && { ...identity, isClientCredentials: true };
};

const identityOf = (
  store: Confluence['store'],
  application: Application,
  scopes: readonly string[],
): Identity | undefined => {
  const person = store.get('Person', application.accountId);
  if (!person || application.isRevoked) return undefined;
  return { person, application, scopes, isClientCredentials: false };
};
