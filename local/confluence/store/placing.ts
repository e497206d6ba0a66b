import { type Content, Refused } from './content.ts';
import type { Page, Space } from './model.ts';
import type { Transaction } from './store.ts';

const MAX_TITLE_LENGTH = 255;

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
export const checkParent = (content: Content, page: Page, parentId: string | null): void => {
  const { store } = content;
  if (parentId === null || parentId === page.parentId) return;
  checkIsParent(content, page.spaceId, parentId);
  for (let above = store.get('Page', parentId); above; above = store.get('Page', above.parentId ?? '')) {
    if (above.id === page.id)
      throw new Refused('invalid', `the page ${page.id} cannot be moved below itself`);
  }
};

/** Where pages of a space begin: below its home page, or at the root if that is gone. */
export const homeOf = ({ store }: Content, { homepageId }: Space): string | null =>
  store.get('Page', homepageId ?? '')?.status === 'current' ? homepageId : null;

/** A position behind all others; null at the root, where pages have none. */
export const nextPosition = (transaction: Transaction, parentId: string | null): number | null =>
  parentId === null ? null : Number(transaction.nextId());
