import { paragraph, value as valueMarkdown } from '../../markdown.ts';
import { isBlank } from '../../words/label.ts';
import { addPiece, type Draft } from '../items/draft.ts';
import type { Value } from './value.ts';

/** Keeps a value that fits no field, under its name, in the description. */
export const keep = (draft: Draft, name: string, { contents }: Value): void => {
  const markdown = valueMarkdown(contents);
  if (markdown === '' || isBlank(markdown)) return;
  const startsList = contents[0]?.kind === 'list' || contents[0]?.kind === 'code';
  addPiece(draft, `**${name}:**${startsList ? '\n' : ' '}${markdown}`);
};

/** Adds text to the description. Dependencies that it mentions are found later. */
export const describe = (draft: Draft, value: Value): void => {
  for (const content of value.contents)
    addPiece(draft, content.kind === 'paragraph' ? paragraph(content.runs) : valueMarkdown([content]));
  draft.mentions.push(value.text);
};
