import { outlineEnd } from '../../domain/planning/text.ts';
import { allRuns, type Content } from '../storage/content.ts';
import { linesOf, type Run, type Users } from '../storage/runs.ts';
import { headOf } from '../words/head.ts';
import { type Key, onlyKey, PageKeys } from '../words/keys.ts';
import { titleOf } from './title.ts';

const ANY_KEYS = PageKeys.any;
/** A key stands at the start of a title, after a level word and brackets at the most. */
const LONGEST_LEAD = 80;
const hasDigit = /\d/;

/** A cheap look: an upper-case letter and a digit, or a level word of another script, near the start. */
const mayStartWithKey = (text: string): boolean => hasDigit.test(text.slice(0, LONGEST_LEAD));

/** Finds the keys that a page's titles and cells have, whatever they turn out to be. */
export const pageKeysOf = (contents: readonly Content[], users: Users): PageKeys => {
  const keys: Key[] = [];
  const addRuns = (runs: readonly Run[]) => {
    const [line = []] = linesOf(runs);
    if (!hasDigit.test(line[0]?.text.slice(0, LONGEST_LEAD) ?? '') && line.length < 2) return;
    const { text } = titleOf(line, ANY_KEYS);
    const start = text.slice(outlineEnd(text));
    // A lonely key is a key only if there are others: here each is taken for one.
    const key = onlyKey(start) ?? headOf(text, { keys: ANY_KEYS, blank: true })?.key;
    if (key !== undefined) keys.push(key);
  };
  const addAll = (inner: readonly Content[]) => {
    for (const content of inner)
      switch (content.kind) {
        case 'heading':
        case 'paragraph':
          addRuns(content.runs);
          break;
        case 'list':
          for (const item of content.items) {
            addRuns(item.runs);
            addAll(item.nested);
          }
          break;
        case 'table':
          for (const { cells } of content.rows)
            for (const cell of cells) if (mayStartWithKey(cell.text)) addRuns(allRuns(cell, users));
          break;
        case 'box':
          if (content.title) addRuns(content.title.runs);
          addAll(content.content);
          break;
        case 'columns':
          addAll(content.columns.flat());
      }
  };
  addAll(contents);
  return new PageKeys(keys);
};
