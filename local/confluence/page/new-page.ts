import { type Markup, markup } from '../../stand-in/html.ts';
import { type HttpResponse, redirect } from '../../stand-in/http.ts';
import { type SeedPage, seedPages } from '../seed/pages.ts';
import { bodyOf } from '../seed/seed.ts';
import { newestVersion, Refused } from '../store/content.ts';
import type { Page } from '../store/model.ts';
import { createPage } from '../store/pages.ts';
import { maySee } from '../store/permissions.ts';
import { framed } from './frame.ts';
import { editPath } from './paths.ts';
import { spaceByKey, type Visit, visiblePage } from './visit.ts';

/** The form for a new page, which may begin as a copy of another one's text. */
export const newPage = (visit: Visit, params: URLSearchParams, alert?: string): HttpResponse => {
  const { store } = visit.confluence;
  const spaces = [...store.all('Space')];
  const chosen = spaceByKey(visit, params.get('space') ?? '')?.id ?? params.get('spaceId');
  const content = markup`<h1>New page</h1>
<form method="post" action="/new" class="new-page">
<label class="field">Title <input type="text" name="title" value="${params.get('title')}" required maxlength="255" autocomplete="off"></label>
<div class="row"><label class="field">Space <select name="spaceId">${spaces.map(
    ({ id, name }) => markup`<option value="${id}"${id === chosen && markup` selected`}>${name}</option>`,
  )}</select></label>
<label class="field">Begin with <select name="from"><option value="">An empty page</option>
<optgroup label="Templates">${templates().map(({ file, title }) => option(`${TEMPLATE}${file}`, title, params))}</optgroup>
<optgroup label="Pages as they are now">${pages(visit).map(({ id, title }) => option(id, title, params))}</optgroup></select></label></div>
<p><button class="main">Create</button></p></form>`;
  return framed(visit, { title: 'New page', here: '/new', content, alert, status: alert ? 422 : 200 });
};

const option = (value: string, title: string, params: URLSearchParams): Markup =>
  markup`<option value="${value}"${value === params.get('from') && markup` selected`}>${title}</option>`;

const TEMPLATE = 'template:';

/** The bodies that the site began with, each under the title of its first page. */
const templates = (): SeedPage[] =>
  seedPages.filter(({ file }, at) => seedPages.findIndex((one) => one.file === file) === at);

const pages = ({ confluence, caller }: Visit): Page[] =>
  [...confluence.store.all('Page')]
    .filter((page) => page.status === 'current' && maySee(confluence, caller, page))
    .sort((a, b) => a.title.localeCompare(b.title));

const storageFrom = (visit: Visit, from: string): string => {
  const template = templates().find(({ file }) => from === `${TEMPLATE}${file}`);
  if (template) return bodyOf(template.file);
  const page = visiblePage(visit, from);
  return page ? newestVersion(visit.confluence, page).storage : '';
};

export const create = (visit: Visit, form: URLSearchParams): HttpResponse => {
  const { confluence, caller } = visit;
  try {
    const page = createPage(confluence, {
      spaceId: form.get('spaceId') ?? '',
      title: (form.get('title') ?? '').trim(),
      storage: storageFrom(visit, form.get('from') ?? ''),
      authorId: caller.person.id,
    });
    return redirect(editPath(visit, page), 303);
  } catch (error) {
    if (error instanceof Refused) return newPage(visit, form, error.message);
    throw error;
  }
};
