import { addPiece, type Draft } from '../items/draft.ts';
import type { Scope } from '../page.ts';

/** Adds a block to an item's description: quoted, if it stands in a panel that stands in the item. */
export const describeIn = ({ panels }: Scope, draft: Draft, markdown: string, isListLine = false): void => {
  let text = markdown;
  if (text.trim() === '') return;
  for (const panel of panels.toReversed()) {
    if (panel.within !== draft) continue;
    const name = panel.isNamed ? '' : `**${panel.name.charAt(0).toUpperCase()}${panel.name.slice(1)}:** `;
    panel.isNamed = true;
    text = `${name}${text}`
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n');
  }
  addPiece(draft, text, isListLine);
};
