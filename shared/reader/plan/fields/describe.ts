import { named, value as valueMarkdown } from '../../markdown/blocks.ts';
import { paragraph } from '../../markdown/line.ts';
import { isBlank } from '../../words/label.ts';
import { addPiece, type Draft } from '../items/draft.ts';
import type { Scope } from '../page.ts';
import type { Value } from './value.ts';

/** Keeps a value that fits no field, under its name, in the description. */
export const keep = (draft: Draft, name: string, { contents }: Value): void => {
  const markdown = valueMarkdown(contents);
  if (markdown === '' || isBlank(markdown)) return;
  addPiece(draft, named(name, markdown));
};

/** Adds a block to an item's description, in the list items and panels of the item that it stands in. */
export const describeIn = ({ containers }: Scope, draft: Draft, markdown: string): void =>
  addPiece(
    draft,
    markdown,
    containers.filter(({ within }) => within === draft),
  );

/** Adds text to the description. Dependencies that it mentions are found later. */
export const describe = (draft: Draft, value: Value): void => {
  for (const content of value.contents)
    addPiece(draft, content.kind === 'paragraph' ? paragraph(content.runs) : valueMarkdown([content]));
  draft.mentions.push(value.text);
};
