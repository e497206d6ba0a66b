import { display } from '../../../domain/planning/text.ts';
import { isOnlyPlaceholder } from '../../storage/line.ts';
import { isBlank } from '../../words/label.ts';
import { keep } from '../fields/describe.ts';
import { setLabelled, setOutside } from '../fields/labels.ts';
import { ignore, markField, type Page, type Scope } from '../page.ts';
import { cellValue } from './cells.ts';
import type { KeyValue } from './key-values.ts';

/** Reads a table of names and values: fields of the item it stands in, else properties of the page. */
export const readKeyValues = (page: Page, pairs: readonly KeyValue[], { item }: Scope): void => {
  for (const pair of pairs) {
    const { row, key, value, label } = pair;
    if (isOnlyPlaceholder(value.runs)) ignore(row.block, 'placeholder');
    else if (key.text === '' && value.text === '') ignore(row.block, 'empty-row');
    else if (item !== undefined) {
      markField(row.block);
      const read = cellValue(page, value);
      if (label === undefined || !setLabelled(item, label, read)) keep(item, display(key.text), read);
    } else if (label !== undefined) readOutside(page, pair);
  }
};

const readOutside = (page: Page, { row, value, label, text }: KeyValue): void => {
  if (label === undefined) return;
  if ('role' in label) setOutside(page, label, text);
  else if (label.level === 'epic' && !isBlank(text))
    page.epic ??= { value, block: row.block, order: page.order++ };
};
