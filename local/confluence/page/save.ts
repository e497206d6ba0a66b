import { BadRequest, type HttpResponse, redirect } from '../../stand-in/http.ts';
import { applyTexts } from '../editor/apply-texts.ts';
import { addBlock, addHeading, appendBlock, deleteBlock } from '../editor/change-blocks.ts';
import { editAsHuman } from '../edits.ts';
import { parseStorage, StorageError } from '../storage/parse.ts';
import { newestVersion, Refused } from '../store/content.ts';
import type { Page } from '../store/model.ts';
import { type Edited, editPage } from './edit.ts';
import { pathOf } from './paths.ts';
import type { Visit } from './visit.ts';

/** The editor with the page as it is. */
export const beginEdit = (visit: Visit, page: Page, tab: 'text' | 'storage'): HttpResponse => {
  const { title, storage } = newestVersion(visit.confluence, page);
  return editPage(visit, page, { title, storage, message: '', base: page.version }, { tab });
};

/** Goes on with an edit: changes blocks, or publishes. Everything that is not published yet is in the form. */
export const goOnEditing = (visit: Visit, page: Page, form: URLSearchParams): HttpResponse => {
  const tab = form.get('tab') === 'storage' ? 'storage' : 'text';
  const sent: Edited = {
    title: (form.get('title') ?? '').trim(),
    storage: storageOf(form, tab),
    message: (form.get('message') ?? '').trim(),
    base: Number(form.get('base')),
  };
  try {
    const typed = tab === 'text' ? { ...sent, storage: applyTexts(sent.storage, textsOf(form)) } : sent;
    const action = form.get('do') ?? 'save';
    return action === 'save'
      ? publish(visit, page, typed, tab)
      : editPage(visit, page, { ...typed, storage: changed(typed.storage, action) }, { tab });
  } catch (error) {
    if (error instanceof StorageError || error instanceof Refused)
      return editPage(visit, page, sent, {
        tab: error instanceof StorageError ? 'storage' : tab,
        alert: error.message,
      });
    throw error;
  }
};

const storageOf = (form: URLSearchParams, tab: 'text' | 'storage'): string => {
  const sent = form.get('storage') ?? '';
  if (tab === 'storage') return sent.replaceAll('\r\n', '\n');
  try {
    return String(JSON.parse(sent));
  } catch {
    throw new BadRequest('the form has no storage as JSON');
  }
};

const textsOf = (form: URLSearchParams): Map<number, string> =>
  new Map(
    [...form].flatMap(([name, text]) => {
      const [, index] = /^f(\d+)$/.exec(name) ?? [];
      return index === undefined ? [] : [[Number(index), text]];
    }),
  );

const changes: Record<string, (storage: string, place: number) => string> = {
  add: addBlock,
  heading: addHeading,
  delete: deleteBlock,
};

const changed = (storage: string, action: string): string => {
  const [name = '', what = ''] = action.split(':');
  if (name === 'append') return appendBlock(storage, what);
  const change = Object.hasOwn(changes, name) ? changes[name] : undefined;
  return change ? change(storage, Number(what)) : storage;
};

const publish = (visit: Visit, page: Page, edited: Edited, tab: 'text' | 'storage'): HttpResponse => {
  if (edited.base !== page.version)
    return editPage(
      visit,
      page,
      { ...edited, base: page.version },
      {
        tab,
        alert: `Version ${page.version} was published while you edited version ${edited.base}. Publish again to write over it.`,
      },
    );
  parseStorage(edited.storage);
  const saved = editAsHuman(visit.confluence, page.id, {
    authorId: visit.caller.person.id,
    title: edited.title,
    storage: edited.storage,
    editor: tab === 'text',
    message: edited.message,
  });
  return redirect(pathOf(visit, saved), 303);
};
