import { type Content, newestVersion, Refused, thePage } from './content.ts';
import type { Draft, Page } from './model.ts';
import { addVersion } from './pages.ts';
import { checkTitle } from './placing.ts';

/** Saves what somebody edited and has not published. The page itself stays as it is. */
export const saveDraft = (
  content: Content,
  pageId: string,
  values: { authorId: string; title?: string; storage?: string },
): Draft => {
  const page = thePage(content, pageId);
  const { authorId, title = page.title, storage = newestVersion(content, page).storage } = values;
  return content.store.write((transaction) =>
    transaction.set('Draft', { id: pageId, title, storage, authorId, updatedAt: content.clock.iso() }),
  );
};

/** Makes the draft the newest version, also over what was published since it was begun. */
export const publishDraft = (content: Content, pageId: string): Page => {
  const { title, storage, authorId } = theDraft(content, pageId);
  return content.store.write((transaction) => {
    transaction.delete('Draft', pageId);
    return addVersion(content, transaction, pageId, { title, storage, authorId });
  });
};

export const discardDraft = (content: Content, pageId: string): void => {
  theDraft(content, pageId);
  content.store.write((transaction) => transaction.delete('Draft', pageId));
};

const theDraft = ({ store }: Content, pageId: string): Draft => {
  const draft = store.get('Draft', pageId);
  if (!draft) throw new Refused('not-found', `the page ${pageId} has no draft`);
  return draft;
};

/** Writes a page that was never published, or publishes it. Its version stays 1. */
export const writeUnpublished = (
  content: Content,
  pageId: string,
  values: { title: string; storage: string; authorId: string; status: 'draft' | 'current' },
): Page => {
  const { store, clock } = content;
  const page = thePage(content, pageId);
  const { title, storage, authorId, status } = values;
  checkTitle(content, page.spaceId, title, page.id);
  const at = clock.iso();
  return store.write((transaction) => {
    transaction.set('Version', { ...newestVersion(content, page), title, storage, authorId, createdAt: at });
    return transaction.set('Page', { ...page, title, status, changedAt: at, tasksDueAt: at });
  });
};
