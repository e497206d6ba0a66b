import type { Content } from '../storage/blocks.ts';
import { isAllBold } from '../storage/line.ts';
import { firstKey } from '../words/head.ts';
import { type Key, PageKeys } from '../words/keys.ts';

const DIGIT = /[0-9]/;

/** Finds the keys that a page's titles and cells start with, whatever they turn out to be. */
export const pageKeysOf = (contents: readonly Content[]): PageKeys => {
  const keys: Key[] = [];
  addKeys(contents, keys);
  return new PageKeys(keys);
};

const addKey = (text: string, keys: Key[]): void => {
  const key = DIGIT.test(text) ? firstKey(text) : undefined;
  if (key !== undefined) keys.push(key);
};

const addKeys = (contents: readonly Content[], keys: Key[]): void => {
  for (const content of contents)
    switch (content.kind) {
      case 'heading':
        addKey(content.text, keys);
        break;
      case 'paragraph':
        if (isAllBold(content.runs)) addKey(content.text, keys);
        break;
      case 'list':
        for (const { text, nested } of content.items) {
          addKey(text, keys);
          addKeys(nested, keys);
        }
        break;
      case 'table':
        for (const { cells } of content.rows) for (const { text } of cells) addKey(text, keys);
        break;
      case 'box':
        if (content.title) addKey(content.title.text, keys);
        addKeys(content.content, keys);
        break;
      case 'columns':
        addKeys(content.columns.flat(), keys);
    }
};
