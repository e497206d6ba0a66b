import { commentMarker } from '../storage/comment-marker.ts';
import { type Content, newestVersion, Refused, thePage } from './content.ts';
import type { Page } from './model.ts';
import { replaceBody } from './pages.ts';

/**
 * Marks a text of the page with an inline comment. Confluence writes the marker into the body without a version.
 * Throws `Refused` unless the text occurs in the page.
 */
export const commentInline = (
  content: Content,
  pageId: string,
  text: string,
): { page: Page; ref: string } => {
  const page = thePage(content, pageId);
  const { storage } = newestVersion(content, page);
  const ref = crypto.randomUUID();
  const marked = commentMarker(storage, text, ref);
  if (marked === undefined)
    throw new Refused('invalid', `the page ${pageId} does not contain the text ${JSON.stringify(text)}`);
  content.store.write((transaction) => replaceBody(content, transaction, page, marked));
  return { page, ref };
};
