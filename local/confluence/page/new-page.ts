import { markup } from '../../stand-in/html.ts';
import { type HttpResponse, redirect } from '../../stand-in/http.ts';
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
<label class="field">Begin with <select name="from"><option value="">An empty page</option>${templates(
    visit,
  ).map(
    (page) =>
      markup`<option value="${page.id}"${page.id === params.get('from') && markup` selected`}>${page.title}</option>`,
  )}</select></label></div>
<p><button class="main">Create</button></p></form>`;
  return framed(visit, { title: 'New page', here: '/new', content, alert, status: alert ? 422 : 200 });
};

/** Pages to begin with: templates first. */
const templates = ({ confluence, caller }: Visit): Page[] => {
  const isTemplate = ({ title, labels }: Page): boolean =>
    /template/i.test(title) || labels.some(({ name }) => name === 'template');
  return [...confluence.store.all('Page')]
    .filter((page) => page.status === 'current' && maySee(confluence, caller, page))
    .sort((a, b) => Number(isTemplate(b)) - Number(isTemplate(a)) || a.title.localeCompare(b.title));
};

export const create = (visit: Visit, form: URLSearchParams): HttpResponse => {
  const { confluence, caller } = visit;
  const template = visiblePage(visit, form.get('from'));
  try {
    const page = createPage(confluence, {
      spaceId: form.get('spaceId') ?? '',
      title: (form.get('title') ?? '').trim(),
      storage: template ? newestVersion(confluence, template).storage : '',
      authorId: caller.person.id,
    });
    return redirect(editPath(visit, page), 303);
  } catch (error) {
    if (error instanceof Refused) return newPage(visit, form, error.message);
    throw error;
  }
};
