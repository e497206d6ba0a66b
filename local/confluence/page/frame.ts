import { framedPage, type NavigationLink } from '../../stand-in/frame.ts';
import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { viewStyle } from '../view/style.ts';
import { spacePath } from './paths.ts';
import { pageStyle } from './style.ts';
import type { Visit } from './visit.ts';

interface Content {
  title: string;
  /** The path of this page, which the navigation marks. */
  here: string;
  content: Markup;
  alert?: string | undefined;
  status?: number;
}

/** A page of the site, with its navigation and the choice of who visits. */
export const framed = (visit: Visit, { title, here, content, ...page }: Content): HttpResponse => {
  const { confluence } = visit;
  const link = (href: string, name: string, count?: number): NavigationLink => ({
    href,
    name,
    isCurrent: href === here,
    count,
  });
  const spaces = [...confluence.store.all('Space')].map(({ id, key, name }) =>
    link(
      spacePath(key),
      name,
      confluence.store.pagesOf(id).filter(({ status }) => status === 'current').length,
    ),
  );
  return framedPage({
    ...page,
    title: `${title} · local Confluence`,
    navigation: {
      label: 'Site',
      brand: markup`Acme <span>local Confluence</span>`,
      groups: [
        { links: [link('/', 'Home'), link('/new', 'New page'), link('/activity', 'Activity')] },
        { heading: 'Spaces', links: spaces },
      ],
      note: 'What you do here is what a person does in Confluence: the API shows it at once.',
    },
    content: markup`${personSwitch(visit)}${content}`,
    style: viewStyle + pageStyle,
  });
};

const personSwitch = ({ caller, people }: Visit): Markup =>
  markup`<form class="person" method="post" action="/person"><label>You are <select name="id" aria-label="Who you are">${people.map(
    ({ id, displayName }) =>
      markup`<option value="${id}"${id === caller.person.id && markup` selected`}>${displayName}</option>`,
  )}</select></label><button>Switch</button></form>`;

/** Says what is wrong, within the frame: somebody else of the site may be the one who may. */
export const errorPage = (visit: Visit, message: string, status: number): HttpResponse =>
  framed(visit, { title: 'That did not work', here: '', content: markup``, alert: message, status });
