import { editorSave } from './storage/editor-save.ts';
import { StorageError } from './storage/parse.ts';
import { replaceText } from './storage/replace-text.ts';
import type { Content } from './store/content.ts';
import { newestVersion, Refused, thePage } from './store/content.ts';
import type { Page } from './store/model.ts';
import { saveVersion } from './store/pages.ts';

interface HumanEdit {
  authorId: string;
  title?: string | undefined;
  /** Pairs of a text and what takes its place, one after the other. */
  replace?: readonly (readonly [string, string])[] | undefined;
  /** The whole new body. */
  storage?: string | undefined;
  /** Whether the text editor saves it, which rewrites ids and blanks. */
  editor?: boolean | undefined;
  /** What the author says of the version. */
  message?: string | undefined;
}

/** A person edits a page and publishes, which always makes a version. Throws `Refused` for a text that is not there. */
export const editAsHuman = (content: Content, pageId: string, edit: HumanEdit): Page => {
  const page = thePage(content, pageId);
  const { authorId, title, replace = [], editor = false, message = '' } = edit;
  try {
    const replaced = replaceText(edit.storage ?? newestVersion(content, page).storage, replace);
    if ('missing' in replaced)
      throw new Refused('invalid', `the page ${pageId} does not say ${JSON.stringify(replaced.missing)}`);
    // The seed makes an editor save the same wherever it is repeated, and each save another.
    const saved = editorSave(replaced.storage, `${pageId} ${page.version}`);
    const storage = editor ? saved : replaced.storage;
    return saveVersion(content, pageId, {
      authorId,
      storage,
      message,
      ...(title !== undefined && { title }),
    });
  } catch (error) {
    if (error instanceof StorageError) throw new Refused('invalid', error.message);
    throw error;
  }
};

/** Somebody else adds to a page, if there is one. */
export const appendByOther = (content: Content, pageId: string, storage: string): void => {
  const page = content.store.get('Page', pageId);
  const author = [...content.store.all('Person')].find(
    ({ accountType, accountStatus }) => accountType === 'atlassian' && accountStatus === 'active',
  );
  if (!page || !author) return;
  const body = newestVersion(content, page).storage + storage;
  saveVersion(content, page.id, { authorId: author.id, storage: body });
};
