import { BadRequest, type HttpRequest, type HttpResponse, redirect } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';
import { thePage } from '../store/content.ts';
import type { Page, Person, Space } from '../store/model.ts';
import { type Caller, maySee } from '../store/permissions.ts';

/** A visit to the pages by one of the people of the site. */
export interface Visit {
  confluence: Confluence;
  caller: Caller;
  /** Everybody who may visit. */
  people: Person[];
}

const COOKIE = 'person';

/** The visit of the person that the cookie names; of the first admin without one. */
export const visitOf = (confluence: Confluence, { headers }: HttpRequest): Visit => {
  const people = [...confluence.store.all('Person')]
    .filter(({ accountType, accountStatus }) => accountType === 'atlassian' && accountStatus === 'active')
    .sort((a, b) => Number(b.isAdmin) - Number(a.isAdmin) || a.displayName.localeCompare(b.displayName));
  const [, id] = /(?:^|;\s*)person=([^;]*)/.exec(headers.cookie ?? '') ?? [];
  const person = people.find((one) => encodeURIComponent(one.id) === id) ?? people[0];
  if (!person) throw new BadRequest('there is nobody who could visit', 500);
  return { confluence, caller: { person, application: null }, people };
};

/** The header that makes later requests those of a person. */
const personCookie = (id: string): string =>
  `${COOKIE}=${encodeURIComponent(id)}; Path=/; HttpOnly; SameSite=Strict`;

/** Makes the visitor another person, and leads back to the page that asked. */
export const switchPerson = ({ body, headers }: HttpRequest): HttpResponse => {
  const id = new URLSearchParams(body).get('id') ?? '';
  const referrer = URL.parse(headers.referer ?? '');
  const back = redirect(referrer ? `${referrer.pathname.replace(/^\/+/, '/')}${referrer.search}` : '/', 303);
  return { ...back, headers: { ...back.headers, 'set-cookie': personCookie(id) } };
};

export const spaceOf = ({ confluence }: Visit, { spaceId }: Page): Space => {
  const space = confluence.store.get('Space', spaceId);
  if (!space) throw new Error(`the space ${spaceId} is missing from the store`);
  return space;
};

export const spaceByKey = ({ confluence }: Visit, key: string): Space | undefined =>
  [...confluence.store.all('Space')].find((space) => space.key === key);

/** The page, if it exists and the visitor may see it. */
export const visiblePage = ({ confluence, caller }: Visit, id: string | null): Page | undefined => {
  if (id === null || !confluence.store.get('Page', id)) return undefined;
  const page = thePage(confluence, id);
  return maySee(confluence, caller, page) ? page : undefined;
};

export const personName = ({ confluence }: Visit, id: string): string =>
  confluence.store.get('Person', id)?.displayName ?? 'Somebody';
