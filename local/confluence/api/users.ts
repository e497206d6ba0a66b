import type { HttpResponse } from '../../stand-in/http.ts';
import { scopes } from '../oauth/scopes.ts';
import type { Person } from '../store/model.ts';
import { type ApiRoute, answer, bodyOf, type Call } from './call.ts';
import { invalid } from './errors.ts';

const MAX_IDS = 250;

const userView = ({ id, displayName, accountType, accountStatus }: Person) => ({
  accountId: id,
  displayName,
  publicName: displayName,
  email: '',
  timeZone: null,
  accountType,
  accountStatus,
  isExternalCollaborator: false,
  personalSpaceId: null,
  profilePicture: { path: '/wiki/aa-avatar/default', isDefault: true },
});

/** Unknown ids are left out, and the order is not that of the request. */
const usersBulk = (call: Call): HttpResponse => {
  const { accountIds } = bodyOf(call);
  if (!Array.isArray(accountIds) || accountIds.some((id) => typeof id !== 'string'))
    throw invalid('accountIds must be a list of texts');
  if (accountIds.length < 1 || accountIds.length > MAX_IDS)
    throw invalid(`The number of values for 'accountIds' must be from 1 to ${MAX_IDS}`);
  const found = [...new Set(accountIds as string[])]
    .map((id) => call.confluence.store.get('Person', id))
    .filter((person) => person !== undefined)
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  return answer(200, { results: found.map(userView), _links: {} });
};

export const userRoutes: ApiRoute[] = [
  { route: 'POST /wiki/api/v2/users-bulk', scopes: scopes.readUsers, handle: usersBulk },
];
