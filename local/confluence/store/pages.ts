import { type Content, isoAfter, newestVersion, Refused, thePage } from './content.ts';
import type { Page, PageStatus } from './model.ts';
import { checkIsParent, checkParent, checkTitle, homeOf, nextPosition } from './placing.ts';
import type { Transaction } from './store.ts';

interface NewPage {
  id?: string;
  spaceId: string;
  title: string;
  storage: string;
  authorId: string;
  /** The space's home page if absent; null is the root. */
  parentId?: string | null;
  status?: PageStatus;
  subtype?: 'live' | null;
  message?: string;
  sourceTemplateEntityId?: string;
}

/** Creates a page with version 1. Throws `Refused` if the title is taken or invalid, or the parent is no page of the space. */
export const createPage = (content: Content, values: NewPage): Page =>
  content.store.write((transaction) => addPage(content, transaction, values));

/** `createPage` as a part of a larger change. */
export const addPage = (content: Content, transaction: Transaction, values: NewPage): Page => {
  const { store, clock, switches } = content;
  const { spaceId, title, storage, authorId, status = 'current', subtype = null, message = '' } = values;
  const space = store.get('Space', spaceId);
  if (!space) throw new Refused('not-found', `there is no space ${spaceId}`);
  const parentId = values.parentId === undefined ? homeOf(content, space) : values.parentId;
  checkTitle(content, spaceId, title);
  checkIsParent(content, spaceId, parentId);
  const id = values.id ?? transaction.nextId();
  const at = clock.iso();
  const page = transaction.set('Page', {
    id,
    spaceId,
    title,
    status,
    subtype,
    parentId,
    position: nextPosition(transaction, parentId),
    authorId,
    ownerId: authorId,
    createdAt: at,
    version: 1,
    labels: [],
    restrictions: { read: [], update: [] },
    changedAt: at,
    tasksDueAt: isoAfter(content, switches.values.taskLagMs),
    ...(values.sourceTemplateEntityId && { sourceTemplateEntityId: values.sourceTemplateEntityId }),
  });
  transaction.set('Version', {
    id: `${id}-${transaction.nextId()}`,
    pageId: id,
    number: 1,
    title,
    storage,
    message,
    minorEdit: false,
    authorId,
    createdAt: at,
  });
  addOwnProperties(content, transaction, page);
  return page;
};

/** Properties that Confluence itself writes. They appear a moment after the page. */
const addOwnProperties = (content: Content, transaction: Transaction, page: Page): void => {
  const own = { 'content-appearance-published': 'default', editor: 'v2' };
  for (const [key, value] of Object.entries(own)) {
    transaction.set('Property', {
      id: transaction.nextId(),
      pageId: page.id,
      key,
      value,
      version: { number: 1, message: '', authorId: page.authorId, createdAt: page.createdAt },
      visibleAt: isoAfter(content, content.switches.values.taskLagMs),
    });
  }
};

interface NewVersion {
  title?: string;
  storage?: string;
  authorId: string;
  message?: string;
  minorEdit?: boolean;
  /** Moves the page below another one in the same version; null is the root. */
  parentId?: string | null;
  ownerId?: string;
  /** Only moves the page, which leaves its version. */
  isMoveAlone?: boolean;
}

/** Writes a new version, also if nothing changed. Throws `Refused` if the title is taken or the parent impossible. */
export const saveVersion = (content: Content, pageId: string, values: NewVersion): Page =>
  content.store.write((transaction) => addVersion(content, transaction, pageId, values));

/** `saveVersion` as a part of a larger change. */
export const addVersion = (
  content: Content,
  transaction: Transaction,
  pageId: string,
  values: NewVersion,
): Page => {
  const { clock, switches } = content;
  const page = thePage(content, pageId);
  const newest = newestVersion(content, page);
  const { title = page.title, storage = newest.storage, authorId, message = '', minorEdit = false } = values;
  const { parentId = page.parentId, ownerId = page.ownerId } = values;
  checkTitle(content, page.spaceId, title, page.id);
  checkParent(content, page, parentId);
  const number = page.version + (values.isMoveAlone ? 0 : 1);
  const at = clock.iso();
  if (number > page.version)
    transaction.set('Version', {
      id: `${pageId}-${transaction.nextId()}`,
      pageId,
      number,
      title,
      storage,
      message,
      minorEdit,
      authorId,
      createdAt: at,
    });
  return transaction.set('Page', {
    ...page,
    title,
    parentId,
    position: parentId === page.parentId ? page.position : nextPosition(transaction, parentId),
    ownerId,
    version: number,
    changedAt: at,
    tasksDueAt: storage === newest.storage ? page.tasksDueAt : isoAfter(content, switches.values.taskLagMs),
  });
};

/** Replaces the body of the newest version without a new one. */
export const replaceBody = (
  content: Content,
  transaction: Transaction,
  page: Page,
  storage: string,
): void => {
  transaction.set('Version', { ...newestVersion(content, page), storage });
};
