import type { Block, Content } from '../../storage/blocks.ts';
import { runsIn } from '../../storage/deep-runs.ts';
import { plainText } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';

/** A value of a label, a cell or a section. */
export type Value = { contents: readonly Content[]; runs: Run[]; text: string };

export const asValue = (contents: readonly Content[]): Value => {
  const runs = runsIn(contents);
  return { contents, runs, text: plainText(runs) };
};

/** Few fields ask for a line's contents, so that they are made when one does. */
class LineValue implements Value {
  readonly runs: Run[];
  readonly text: string;

  constructor(runs: Run[], text: string) {
    this.runs = runs;
    this.text = text;
  }

  get contents(): Content[] {
    return [line(this.runs)];
  }
}

export const lineValue = (runs: Run[], text = plainText(runs)): Value => new LineValue(runs, text);

/** A value is no block of its own. */
const UNCOUNTED: Block = { class: 'context', quote: () => '' };

const line = (runs: Run[]): Content => ({
  kind: 'paragraph',
  runs,
  text: '',
  element: undefined,
  block: UNCOUNTED,
});
