import { type Content, newestVersion, Refused, thePage, versionOf } from './content.ts';
import type { Page, PageStatus } from './model.ts';
import { addPage, saveVersion } from './pages.ts';
import { checkIsParent, checkTitle, homeOf, nextPosition } from './placing.ts';
import type { Transaction } from './store.ts';

const change = ({ store, clock }: Content, page: Page, values: Partial<Page>): Page =>
  store.write((transaction) => transaction.set('Page', { ...page, ...values, changedAt: clock.iso() }));

/** Changes the status, which makes no version. Throws `Refused` if the page has another status than `from`. */
const changeStatus = (content: Content, pageId: string, from: PageStatus, to: PageStatus): Page => {
  const page = thePage(content, pageId);
  if (page.status !== from)
    throw new Refused(
      'invalid',
      `the page ${pageId} is ${page.status}, and only a ${from} one can become ${to}`,
    );
  return change(content, page, { status: to });
};

/** Moves a page to the trash. Its children move up to its parent, as in Confluence. */
export const trashPage = (content: Content, pageId: string): Page => {
  const { store, clock } = content;
  const page = thePage(content, pageId);
  if (page.status === 'trashed') throw new Refused('invalid', `the page ${pageId} is in the trash already`);
  return store.write((transaction) => {
    for (const child of store.childrenOf(pageId))
      transaction.set('Page', { ...child, parentId: page.parentId, changedAt: clock.iso() });
    return transaction.set('Page', { ...page, status: 'trashed', changedAt: clock.iso() });
  });
};

export const restorePage = (content: Content, pageId: string): Page =>
  changeStatus(content, pageId, 'trashed', 'current');

export const archivePage = (content: Content, pageId: string): Page =>
  changeStatus(content, pageId, 'current', 'archived');

export const unarchivePage = (content: Content, pageId: string): Page =>
  changeStatus(content, pageId, 'archived', 'current');

/** Deletes a page that is in the trash, or was never published, with everything that belongs to it. */
export const purgePage = (content: Content, pageId: string): void => {
  const { store } = content;
  const page = thePage(content, pageId);
  if (page.status !== 'trashed' && page.status !== 'draft')
    throw new Refused('invalid', `the page ${pageId} is ${page.status}: only one in the trash can be purged`);
  store.write((transaction) => deletePage(content, transaction, page));
};

const deletePage = ({ store }: Content, transaction: Transaction, { id }: Page): void => {
  for (const version of store.versionsOf(id)) transaction.delete('Version', version.id);
  for (const property of store.propertiesOf(id)) transaction.delete('Property', property.id);
  for (const task of store.tasksOf(id)) transaction.delete('Task', task.id);
  if (store.get('Draft', id)) transaction.delete('Draft', id);
  transaction.delete('Page', id);
};

interface Place {
  spaceId?: string;
  /** Null is the root; the space's home page if absent. */
  parentId?: string | null;
}

/** Moves a page, and what is below it, to another parent or space. Ids, versions and properties stay. */
export const movePage = (content: Content, pageId: string, place: Place, authorId: string): Page => {
  const { store, clock, switches } = content;
  const page = thePage(content, pageId);
  const spaceId = place.spaceId ?? page.spaceId;
  const space = store.get('Space', spaceId);
  if (!space) throw new Refused('not-found', `there is no space ${spaceId}`);
  const parentId = place.parentId === undefined ? homeOf(content, space) : place.parentId;
  if (spaceId === page.spaceId)
    return saveVersion(content, pageId, {
      parentId,
      authorId,
      isMoveAlone: !switches.values.moveMakesVersion,
    });
  checkIsParent(content, spaceId, parentId);
  const moved = [page, ...pagesBelow(content, pageId)];
  for (const { title } of moved) checkTitle(content, spaceId, title);
  return store.write((transaction) => {
    for (const { id } of moved.slice(1))
      transaction.set('Page', { ...thePage(content, id), spaceId, changedAt: clock.iso() });
    const position = nextPosition(transaction, parentId);
    return transaction.set('Page', { ...page, spaceId, parentId, position, changedAt: clock.iso() });
  });
};

/** Every page below a page, of any status, parents before children. */
const pagesBelow = ({ store }: Content, pageId: string): Page[] => {
  const below = store.childrenOf(pageId);
  for (const page of below) below.push(...store.childrenOf(page.id));
  return below;
};

/** Copies a page beside itself, with its body and labels, and without its versions, properties and restrictions. */
export const copyPage = (content: Content, pageId: string, title: string, authorId: string): Page => {
  const page = thePage(content, pageId);
  const { spaceId, parentId, subtype, labels } = page;
  return content.store.write((transaction) => {
    const copy = addPage(content, transaction, {
      spaceId,
      title,
      storage: newestVersion(content, page).storage,
      authorId,
      parentId,
      subtype,
    });
    return transaction.set('Page', { ...copy, labels });
  });
};

/** Makes a page a live document, or a live document a page. */
export const convertPage = (content: Content, pageId: string): Page => {
  const page = thePage(content, pageId);
  return change(content, page, { subtype: page.subtype === 'live' ? null : 'live' });
};

/** Deletes an old version. The numbers above it move down by one. */
export const deleteVersion = (content: Content, pageId: string, number: number): Page => {
  const { store, clock } = content;
  const page = thePage(content, pageId);
  const version = versionOf(store, page, number);
  if (!version) throw new Refused('not-found', `the page ${pageId} has no version ${number}`);
  if (number === page.version) throw new Refused('invalid', 'the newest version cannot be deleted');
  return store.write((transaction) => {
    transaction.delete('Version', version.id);
    for (const later of store.versionsOf(pageId).filter((one) => one.number > number))
      transaction.set('Version', { ...later, number: later.number - 1 });
    return transaction.set('Page', { ...page, version: page.version - 1, changedAt: clock.iso() });
  });
};
