import { sourceOffsets } from './entities.ts';
import type { StorageElement, StorageNode, StorageText } from './parse.ts';
import { attribute } from './tree.ts';

/** Text that a person sees without a break, such as that of a paragraph; formatting divides it into pieces. */
export interface Run {
  text: string;
  pieces: Piece[];
}

interface Piece {
  node: StorageText;
  /** Where the piece begins in the run's text. */
  from: number;
}

/** A part of a run as it is written: the places of its pieces in the storage, in order. */
interface Part {
  node: StorageText;
  start: number;
  end: number;
}

const INLINE = new Set(
  `a b strong i em u s del strike code span sub sup small big font ac:link ac:link-body
  ac:plain-text-link-body ac:inline-comment-marker`.split(/\s+/),
);

const HIDDEN = new Set([
  'ac:task-id',
  'ac:task-uuid',
  'ac:task-status',
  'ac:adf-attribute',
  'ac:adf-fallback',
]);

const isHidden = (element: StorageElement): boolean =>
  HIDDEN.has(element.name) ||
  // The titles of status marks, expands and panels are seen; other parameters are settings.
  (element.name === 'ac:parameter' && attribute(element, 'ac:name') !== 'title');

/** The runs of text in document order, without those of white space only. */
export const visibleRuns = (root: StorageElement): Run[] => {
  const runs: Run[] = [];
  let run: Run = { text: '', pieces: [] };
  const close = (): void => {
    if (run.text.trim() !== '') runs.push(run);
    run = { text: '', pieces: [] };
  };
  const visit = (node: StorageNode): void => {
    if (node.type !== 'element') {
      run.pieces.push({ node, from: run.text.length });
      run.text += node.text;
      return;
    }
    const breaks = !INLINE.has(node.name);
    if (breaks) close();
    if (!isHidden(node)) node.children.forEach(visit);
    if (breaks) close();
  };
  visit(root);
  close();
  return runs;
};

/** No-break spaces match spaces, because a person does not see the difference. */
export const folded = (text: string): string => text.replaceAll('\u00a0', ' ');

/** The first run that contains a text, and where the text begins in it. */
export const findText = (root: StorageElement, text: string): { run: Run; at: number } | undefined => {
  const wanted = folded(text);
  for (const run of visibleRuns(root)) {
    const at = folded(run.text).indexOf(wanted);
    if (at >= 0 && wanted !== '') return { run, at };
  }
  return undefined;
};

/** The places of a range of a run's text; a piece that the range only touches is left out. */
export const partsOf = (storage: string, { pieces }: Run, from: number, to: number): Part[] =>
  pieces.flatMap(({ node, from: begin }): Part[] => {
    const first = Math.max(from, begin);
    const last = Math.min(to, begin + node.text.length);
    if (first >= last) return [];
    const [start, end] = placesIn(storage, node, first - begin, last - begin);
    return [{ node, start, end }];
  });

const CDATA_OPEN = '<![CDATA[';

/** Offsets in the storage of two offsets in a node's text. */
export const placesIn = (
  storage: string,
  node: StorageText,
  ...[from, to]: [from: number, to: number]
): [start: number, end: number] => {
  if (node.type === 'cdata') {
    const base = node.start + CDATA_OPEN.length;
    return [base + from, base + to];
  }
  const offsets = sourceOffsets(storage.slice(node.start, node.end));
  return [node.start + (offsets[from] ?? 0), node.start + (offsets[to] ?? 0)];
};
