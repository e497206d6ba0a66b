import type { Inline } from './tree.ts';

/** A run of `*`, `_` or `~` that may open or close emphasis. `count` is what is left of it. */
export type Run = {
  is: 'run';
  mark: string;
  count: number;
  length: number;
  canOpen: boolean;
  canClose: boolean;
};
export type Part = Inline | Run;

const matches = (opener: Run, closer: Run): boolean => {
  if (opener.mark !== closer.mark || !opener.canOpen || opener.count === 0) return false;
  if (closer.mark === '~') return opener.length === closer.length;
  const isOdd = (opener.canClose || closer.canOpen) && (opener.length + closer.length) % 3 === 0;
  return !isOdd || (opener.length % 3 === 0 && closer.length % 3 === 0);
};

/** How many runs may be open at once. More are text, so that no text takes long or nests deeply. */
const MOST_OPEN = 50;

const literal = ({ mark, count }: Run): Inline[] =>
  count > 0 ? [{ is: 'text', text: mark.repeat(count) }] : [];

/** The emphasis among the parts of a text, by CommonMark's rules. A run that finds no partner is text. */
export const emphasized = (parts: readonly Part[]): Inline[] => {
  const outside: Inline[] = [];
  /** Open runs, each with what came after it. */
  const open: { run: Run; inside: Inline[] }[] = [];
  const add = (inline: Inline) => (open.at(-1)?.inside ?? outside).push(inline);
  /** Closes all open runs from `at` on. What they hold belongs to the text after the one before. */
  const contentsFrom = (at: number): Inline[] =>
    open.splice(at).flatMap(({ run, inside }) => [...literal(run), ...inside]);

  for (const part of parts) {
    if (part.is !== 'run') {
      add(part);
      continue;
    }
    const run = { ...part };
    while (run.canClose && run.count > 0) {
      const at = open.findLastIndex((each) => matches(each.run, run));
      const opener = open[at];
      if (!opener) break;
      const text = [...opener.inside, ...contentsFrom(at + 1)];
      const used = run.mark === '~' ? run.count : Math.min(2, opener.run.count, run.count);
      opener.run.count -= used;
      opener.inside = [];
      run.count -= used;
      if (opener.run.count === 0) open.pop();
      add({ is: run.mark === '~' ? 'struck' : used === 2 ? 'strong' : 'emphasis', text });
    }
    if (run.count > 0 && run.canOpen && open.length < MOST_OPEN) open.push({ run, inside: [] });
    else if (run.count > 0) add({ is: 'text', text: run.mark.repeat(run.count) });
  }
  return [...outside, ...contentsFrom(0)];
};
