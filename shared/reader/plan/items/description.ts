import { isList, marked, mayFollowText, named } from '../../markdown/blocks.ts';
import type { Draft } from './draft.ts';

/** A list item or a panel that is part of the description of an item. */
export type Container = {
  /** The item of the plan that it stands in. */
  within: Draft | undefined;
} & ({ kind: 'list-item'; mark: string } | { kind: 'panel'; name: string });

/** A block of a description, and what it stands in, the outermost first. */
export type Piece = { markdown: string; containers: readonly Container[] };

const LINE = /^/gm;

/** Blocks as those of a container. One that was written before goes on without its mark or name. */
const contained = (container: Container, blocks: string[], isNew: boolean): string => {
  const [first = '', ...rest] = blocks;
  if (container.kind === 'list-item') {
    const text = blocks.join('\n\n');
    return isNew ? marked(container.mark, text) : text;
  }
  const { name } = container;
  const start = isNew ? named(name.charAt(0).toUpperCase() + name.slice(1), first) : first;
  return [start, ...rest].map((block) => block.replace(LINE, '> ')).join('\n\n');
};

/** Whether a list goes on, so that no blank line divides it. */
const goesOn = (above: string, block: string): boolean =>
  isList(above) && isList(block) && above.startsWith('-') === block.startsWith('-');

/** The blocks of pieces that stand in the same `depth` containers. */
const blocksOf = (pieces: readonly Piece[], depth: number, written: Set<Container>): string[] => {
  const isInList = pieces[0]?.containers[depth - 1]?.kind === 'list-item';
  const blocks: string[] = [];
  let above = '';
  for (let at = 0; at < pieces.length; ) {
    const container = pieces[at]?.containers[depth];
    let end = at + 1;
    if (container !== undefined) while (pieces[end]?.containers[depth] === container) end++;
    const isNew = container !== undefined && !written.has(container);
    if (isNew) written.add(container);
    const block =
      container === undefined
        ? (pieces[at]?.markdown ?? '')
        : contained(container, blocksOf(pieces.slice(at, end), depth + 1, written), isNew);
    const isTight = goesOn(above, block) || (isInList && at === 1 && mayFollowText(block));
    if (isTight) blocks.push(`${blocks.pop()}\n${block}`);
    else blocks.push(block);
    above = block;
    at = end;
  }
  return blocks;
};

/** The Markdown of an item's description: its pieces in order, those of a container together. */
export const descriptionOf = ({ pieces }: Draft): string => blocksOf(pieces, 0, new Set()).join('\n\n');
