import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { ago } from '../../stand-in/marks.ts';
import type { Page, Space } from '../store/model.ts';
import { maySee } from '../store/permissions.ts';
import { framed } from './frame.ts';
import { pathOf, spacePath } from './paths.ts';
import type { Visit } from './visit.ts';

/** What of a page's state is worth a mark beside its title. */
export const stateChips = ({ status, subtype, restrictions }: Page): Markup[] => {
  const marks = [
    status !== 'current' && status,
    subtype === 'live' && 'live doc',
    restrictions.read.length > 0 && 'view restricted',
    restrictions.update.length > 0 && 'edit restricted',
  ];
  return marks.filter((mark) => mark !== false).map((mark) => markup`<span class="chip">${mark}</span>`);
};

const item = (visit: Visit, page: Page, children: Markup | false): Markup =>
  markup`<li><div><a class="link" href="${pathOf(visit, page)}">${page.title}</a>${stateChips(page)}${page.labels.map(({ name }) => markup`<span class="chip">${name}</span>`)}${ago(visit.confluence.clock, page.changedAt)}</div>${children}</li>`;

/** The pages below each other. A page whose parent is not among them stands at the top. */
const tree = (visit: Visit, pages: Page[]): Markup => {
  const ids = new Set(pages.map(({ id }) => id));
  const below = Map.groupBy(pages, ({ parentId }) => (parentId && ids.has(parentId) ? parentId : null));
  const level = (parentId: string | null): Markup | false => {
    const children = below.get(parentId);
    return (
      children !== undefined &&
      markup`<ul class="tree">${children
        .toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
        .map((page) => item(visit, page, level(page.id)))}</ul>`
    );
  };
  return level(null) || markup`<p class="empty">No pages.</p>`;
};

const pagesOf = ({ confluence, caller }: Visit, space: Space): Page[] =>
  confluence.store.pagesOf(space.id).filter((page) => maySee(confluence, caller, page));

/** All spaces with their current pages. */
export const homePage = (visit: Visit): HttpResponse => {
  const spaces = [...visit.confluence.store.all('Space')].map(
    (space) =>
      markup`<h2><a href="${spacePath(space.key)}">${space.name} (${space.key})</a></h2>${tree(
        visit,
        pagesOf(visit, space).filter(({ status }) => status === 'current'),
      )}`,
  );
  return framed(visit, { title: 'Home', here: '/', content: markup`<h1>Spaces</h1>${spaces}` });
};

/** One space with its pages of every status. */
export const spacePage = (visit: Visit, space: Space): HttpResponse => {
  const pages = pagesOf(visit, space);
  const others = pages.filter(({ status }) => status !== 'current');
  const content = markup`<div class="bar"><h1>${space.name}</h1><a class="button" href="/new?space=${encodeURIComponent(space.key)}">New page</a></div>
${tree(
  visit,
  pages.filter(({ status }) => status === 'current'),
)}
${others.length > 0 && markup`<h2>Archived, in the trash, not published</h2>${tree(visit, others)}`}`;
  return framed(visit, { title: space.name, here: spacePath(space.key), content });
};
