import type { HttpResponse } from '../../../stand-in/http.ts';
import { scopes } from '../../oauth/scopes.ts';
import { newestVersion } from '../../store/content.ts';
import type { Person } from '../../store/model.ts';
import { type ApiRoute, answer, type Call } from '../call.ts';
import { ApiError, scopeMismatch } from '../errors.ts';
import { pageView } from '../pages/page-view.ts';
import { pageOfPath } from './find-content.ts';

const userView = ({ id, displayName, email, accountType }: Person) => ({
  type: 'known',
  accountId: id,
  accountType,
  email: accountType === 'app' ? '' : email,
  publicName: displayName,
  displayName,
  profilePicture: { path: '/wiki/aa-avatar/default', width: 48, height: 48, isDefault: true },
  isExternalCollaborator: false,
});

const currentUser = (call: Call): HttpResponse => {
  const { caller, confluence } = call;
  if (caller.isClientCredentials && confluence.switches.values.currentUserFor2LO === 401)
    throw scopeMismatch();
  return answer(200, {
    ...userView(caller.person),
    _expandable: { operations: '', personalSpace: '' },
    _links: {
      self: `${confluence.siteUrl}/wiki/rest/api/user?accountId=${caller.person.id}`,
      base: `${confluence.siteUrl}/wiki`,
      context: '/wiki',
    },
  });
};

const restriction = (call: Call): HttpResponse => {
  const { restrictions } = pageOfPath(call);
  const { store, siteUrl } = call.confluence;
  const results = (['read', 'update'] as const).map((operation) => {
    const users = restrictions[operation]
      .map((id) => store.get('Person', id))
      .filter((person) => person !== undefined)
      .map(userView);
    return {
      operation,
      restrictions: {
        user: { results: users, start: 0, limit: 200, size: users.length },
        group: { results: [], start: 0, limit: 200, size: 0 },
      },
      _expandable: { content: `/rest/api/content/${call.parameters.id}` },
      _links: {
        self: `${siteUrl}/wiki/rest/api/content/${call.parameters.id}/restriction/byOperation/${operation}`,
      },
    };
  });
  return answer(200, {
    results,
    start: 0,
    limit: 100,
    size: results.length,
    restrictionsHash: '',
    _links: { base: `${siteUrl}/wiki`, context: '/wiki' },
  });
};

/** The removed content API; the switch `legacyContentApi` serves the reading of one page. */
const legacyContent = (call: Call): HttpResponse => {
  if (call.confluence.switches.values.legacyContentApi === 'gone' || !call.parameters.id) throw gone();
  const page = pageOfPath(call);
  const value = newestVersion(call.confluence, page).storage;
  const { id, status, title, version, _links } = pageView(call, page, { withBody: false });
  const space = call.confluence.store.get('Space', page.spaceId);
  return answer(200, {
    id,
    type: 'page',
    status,
    title,
    space: { id: Number(page.spaceId), key: space?.key, name: space?.name },
    version: { number: version.number, when: version.createdAt, message: version.message },
    body: { storage: { value, representation: 'storage' } },
    _links: { ..._links, base: `${call.confluence.siteUrl}/wiki`, context: '/wiki' },
  });
};

export const gone = (): ApiError =>
  new ApiError(410, 'GONE', 'This deprecated endpoint has been removed.', { origin: 'v1' });

const CONTENT = '/wiki/rest/api/content/{id}';

export const v1Routes: ApiRoute[] = [
  { route: 'GET /wiki/rest/api/user/current', scopes: scopes.readMe, handle: currentUser },
  { route: `GET ${CONTENT}/restriction`, scopes: scopes.readRestriction, handle: restriction },
  { route: `GET ${CONTENT}`, scopes: scopes.readPage, handle: legacyContent },
];
