import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { ago } from '../../stand-in/marks.ts';
import { newestVersion, versionOf } from '../store/content.ts';
import type { Page, Version } from '../store/model.ts';
import { mayEdit } from '../store/permissions.ts';
import type { ViewContext } from '../view/drawing.ts';
import { storageView } from '../view/view.ts';
import { actionForm } from './action-form.ts';
import { framed } from './frame.ts';
import { stateChips } from './home.ts';
import { labels, manage } from './manage.ts';
import { editPath, historyPath, pathOf } from './paths.ts';
import { personName, spaceByKey, spaceOf, type Visit } from './visit.ts';

const TICK_FORM = 'tick';

const viewContext = (visit: Visit, page: Page, canTick: boolean): ViewContext => ({
  personName: (id) => visit.confluence.store.get('Person', id)?.displayName,
  pagePath: (title, spaceKey) => {
    const space = spaceKey === undefined ? spaceOf(visit, page) : spaceByKey(visit, spaceKey);
    const target = space && visit.confluence.store.pageByTitle(space.id, title);
    return target && pathOf(visit, target);
  },
  tickForm: canTick ? TICK_FORM : undefined,
});

/** The page as people read it, or an older version of it. */
export const viewPage = (visit: Visit, page: Page, number?: number, alert?: string): HttpResponse => {
  const { confluence } = visit;
  const newest = newestVersion(confluence, page);
  const version = number === undefined ? newest : (versionOf(confluence.store, page, number) ?? newest);
  const isNewest = version.number === page.version;
  const canEdit = mayEdit(confluence, visit.caller, page) && page.status === 'current';
  const content = markup`${ancestors(visit, page)}
<h1>${version.title}</h1>
${facts(visit, page, version)}
<div class="actions">${canEdit && isNewest && markup`<a class="main" href="${editPath(visit, page)}">Edit</a>`}<a href="${historyPath(page)}">History</a></div>
${notices(visit, page, version)}
<form id="${TICK_FORM}" method="post" action="/page"><input type="hidden" name="page" value="${page.id}"><input type="hidden" name="do" value="tick"></form>
${storageView(version.storage, viewContext(visit, page, canEdit && isNewest))}
${isNewest && markup`<h2>Labels</h2>${labels(page, canEdit)}${children(visit, page)}${manage(visit, page)}`}`;
  return framed(visit, {
    title: page.title,
    here: pathOf(visit, page),
    content,
    alert,
    status: alert ? 422 : 200,
  });
};

const ancestors = (visit: Visit, page: Page): Markup => {
  const above: Page[] = [];
  const { store } = visit.confluence;
  for (let one = store.get('Page', page.parentId ?? ''); one; one = store.get('Page', one.parentId ?? ''))
    above.unshift(one);
  const space = spaceOf(visit, page);
  return markup`<p class="crumbs"><a href="/wiki/spaces/${space.key}/pages">${space.name}</a>${above.map(
    (one) => markup` / <a href="${pathOf(visit, one)}">${one.title}</a>`,
  )}</p>`;
};

const facts = (visit: Visit, page: Page, { number, authorId, createdAt, message }: Version): Markup =>
  markup`<div class="facts-line"><span>Version ${number}</span><span>${personName(visit, authorId)} ${ago(visit.confluence.clock, createdAt)}</span>${message && markup`<span>“${message}”</span>`}<span>id ${page.id}</span>${stateChips(page)}</div>`;

const notices = (visit: Visit, page: Page, version: Version): Markup => {
  const draft = visit.confluence.store.get('Draft', page.id);
  return markup`${
    version.number !== page.version &&
    markup`<div class="notice"><p>This is version ${version.number}; the page is at version ${page.version}.</p><a class="link" href="${pathOf(visit, page)}">See the newest</a>${actionForm(page, 'restore-version', markup`<button name="version" value="${version.number}">Restore this version</button>`)}</div>`
  }${
    draft &&
    markup`<div class="notice"><p>${personName(visit, draft.authorId)} has changes that are not published, since ${ago(visit.confluence.clock, draft.updatedAt)}.</p>${actionForm(page, 'publish', markup`<button>Publish them</button>`)}${actionForm(page, 'discard', markup`<button>Discard them</button>`)}</div>`
  }${
    page.status === 'trashed' &&
    markup`<div class="notice"><p>This page is in the trash.</p>${actionForm(page, 'restore', markup`<button>Restore</button>`)}${actionForm(page, 'purge', markup`<button>Delete for good</button>`)}</div>`
  }${
    page.status === 'archived' &&
    markup`<div class="notice"><p>This page is archived.</p>${actionForm(page, 'unarchive', markup`<button>Unarchive</button>`)}</div>`
  }`;
};

const children = (visit: Visit, page: Page): Markup | false => {
  const below = visit.confluence.store.childrenOf(page.id).filter(({ status }) => status === 'current');
  return (
    below.length > 0 &&
    markup`<h2>Pages below</h2><ul class="tree">${below.map((one) => markup`<li><div><a class="link" href="${pathOf(visit, one)}">${one.title}</a></div></li>`)}</ul>`
  );
};
