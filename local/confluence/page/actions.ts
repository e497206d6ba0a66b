import { type HttpResponse, redirect } from '../../stand-in/http.ts';
import { commentInline } from '../store/comments.ts';
import { Refused, versionOf } from '../store/content.ts';
import { discardDraft, publishDraft } from '../store/drafts.ts';
import {
  archivePage,
  convertPage,
  copyPage,
  movePage,
  purgePage,
  restorePage,
  trashPage,
  unarchivePage,
} from '../store/lifecycle.ts';
import type { Page } from '../store/model.ts';
import { saveVersion } from '../store/pages.ts';
import { addLabels, removeLabel, restrictPage } from '../store/sharing.ts';
import { knownTasks, setTaskStatus } from '../tasks.ts';
import { errorPage } from './frame.ts';
import { viewPage } from './page.ts';
import { pathOf, spacePath } from './paths.ts';
import { spaceOf, type Visit } from './visit.ts';

/** What a form may do with a page. An action that returns another page leads there. */
const actions: Record<string, (visit: Visit, page: Page, form: URLSearchParams) => Page | undefined> = {
  tick: (visit, page, form) => {
    const [, localId, status] = /^(.*):(complete|incomplete)$/s.exec(form.get('task') ?? '') ?? [];
    const task = knownTasks(visit.confluence).find(
      (one) => one.pageId === page.id && one.localId === localId,
    );
    if (!task || !status) throw new Refused('not-found', 'The page has no such task, or not yet: reload it.');
    setTaskStatus(visit.confluence, task, status as 'complete', visit.caller.person.id);
    return page;
  },
  label: (visit, page, form) => addLabels(visit.confluence, page.id, [{ name: text(form, 'label') }]),
  unlabel: (visit, page, form) => removeLabel(visit.confluence, page.id, text(form, 'label')),
  rename: (visit, page, form) =>
    saveVersion(visit.confluence, page.id, { ...author(visit), title: text(form, 'title') }),
  move: (visit, page, form) => {
    const [spaceId = '', parentId = ''] = text(form, 'place').split(':');
    const place = { spaceId, parentId: parentId || null };
    return movePage(visit.confluence, page.id, place, visit.caller.person.id);
  },
  copy: (visit, page, form) =>
    copyPage(visit.confluence, page.id, text(form, 'title'), visit.caller.person.id),
  comment: (visit, page, form) => commentInline(visit.confluence, page.id, text(form, 'text')).page,
  convert: (visit, page) => convertPage(visit.confluence, page.id),
  restrict: (visit, page, form) =>
    restrictPage(visit.confluence, page.id, { read: form.getAll('read'), update: form.getAll('update') }),
  archive: (visit, page) => archivePage(visit.confluence, page.id),
  unarchive: (visit, page) => unarchivePage(visit.confluence, page.id),
  trash: (visit, page) => trashPage(visit.confluence, page.id),
  restore: (visit, page) => restorePage(visit.confluence, page.id),
  purge: (visit, page) => {
    purgePage(visit.confluence, page.id);
    return undefined;
  },
  publish: (visit, page) => publishDraft(visit.confluence, page.id),
  discard: (visit, page) => {
    discardDraft(visit.confluence, page.id);
    return page;
  },
  'restore-version': (visit, page, form) => {
    const number = Number(form.get('version'));
    const version = versionOf(visit.confluence.store, page, number);
    if (!version) throw new Refused('not-found', `There is no version ${number}.`);
    const { title, storage } = version;
    const message = `Restored version ${number}`;
    return saveVersion(visit.confluence, page.id, { ...author(visit), title, storage, message });
  },
};

const text = (form: URLSearchParams, name: string): string => (form.get(name) ?? '').trim();

const author = ({ caller }: Visit) => ({ authorId: caller.person.id });

/** What may be done with pages in the trash and the archive. */
const OF_ANY_STATUS = ['restrict', 'unarchive', 'restore', 'purge', 'publish', 'discard'];

/** Carries out the action of a form, and shows the page with the reason if it is refused. */
export const actOn = (visit: Visit, page: Page, form: URLSearchParams): HttpResponse => {
  const name = form.get('do') ?? '';
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) return errorPage(visit, 'There is no such action.', 400);
  if (page.status !== 'current' && !OF_ANY_STATUS.includes(name))
    return viewPage(visit, page, undefined, `The page is ${page.status}, so this cannot be done with it.`);
  try {
    const next = action(visit, page, form);
    return redirect(next ? pathOf(visit, next) : spacePath(spaceOf(visit, page).key), 303);
  } catch (error) {
    if (error instanceof Refused) return viewPage(visit, page, undefined, error.message);
    throw error;
  }
};
