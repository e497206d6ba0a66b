import { type Content, isoAfter, newestVersion, Refused, thePage } from './content.ts';
import type { Page, PageStatus } from './model.ts';
import type { Transaction } from './store.ts';

const MAX_TITLE_LENGTH = 255;

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
  const parentId = values.parentId === undefined ? space.homepageId : values.parentId;
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

/** Publishes a page that has been a draft. Its version stays 1. */
export const publishFirst = (
  content: Content,
  pageId: string,
  values: { title: string; storage: string; authorId: string },
): Page => {
  const { store, clock } = content;
  const page = thePage(content, pageId);
  const { title, storage, authorId } = values;
  checkTitle(content, page.spaceId, title, page.id);
  const at = clock.iso();
  return store.write((transaction) => {
    transaction.set('Version', { ...newestVersion(content, page), title, storage, authorId, createdAt: at });
    return transaction.set('Page', { ...page, title, status: 'current', changedAt: at, tasksDueAt: at });
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

/** Throws `Refused` unless the title is free in the space. Pages in the trash and the archive keep their titles. */
export const checkTitle = (content: Content, spaceId: string, title: string, ofPage?: string): void => {
  if (title.trim() === '') throw new Refused('invalid', 'the title is empty');
  if (title.length > MAX_TITLE_LENGTH)
    throw new Refused('invalid', `the title is longer than ${MAX_TITLE_LENGTH} characters`);
  const other = content.store.pageByTitle(spaceId, title);
  if (other && other.id !== ofPage)
    throw new Refused(
      'title-taken',
      'A page with this title already exists: A page already exists with the same TITLE in this space',
    );
};

/** Throws `Refused` unless pages can be below the parent: it is a published page of the space. Null is the root. */
export const checkIsParent = ({ store }: Content, spaceId: string, parentId: string | null): void => {
  const parent = store.get('Page', parentId ?? '');
  if (parentId === null || (parent?.spaceId === spaceId && parent.status === 'current')) return;
  throw new Refused('invalid', `the parent ${parentId} is no published page of the space ${spaceId}`);
};

/** Throws `Refused` if the parent is none, or is the page itself or below it. */
const checkParent = (content: Content, page: Page, parentId: string | null): void => {
  const { store } = content;
  if (parentId === null || parentId === page.parentId) return;
  checkIsParent(content, page.spaceId, parentId);
  for (let above = store.get('Page', parentId); above; above = store.get('Page', above.parentId ?? '')) {
    if (above.id === page.id)
      throw new Refused('invalid', `the page ${page.id} cannot be moved below itself`);
  }
};

/** A position behind all others; null at the root, where pages have none. */
export const nextPosition = (transaction: Transaction, parentId: string | null): number | null =>
  parentId === null ? null : Number(transaction.nextId());
