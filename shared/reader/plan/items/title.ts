import { display, oneLine, trailingBracket, withoutTrailing } from '../../../domain/planning/text.ts';
import { isVisible, plainText } from '../../storage/line.ts';
import { type Run, STRUCK } from '../../storage/runs.ts';
import type { PageKeys } from '../../words/keys.ts';
import { isBareLink, referenceIn } from '../../words/links.ts';
import { mentionedIn } from '../../words/phrases.ts';
import { dateOf, estimateOf, isPriority, isWont, priorityOf } from '../../words/values.ts';

/** A title's text, and what stood in it or after it. */
export type Title = {
  /** Without what follows below. A level word and a key are still in front. */
  text: string;
  /** As it stands on the page. */
  quote: string;
  status?: string;
  priority?: string;
  owner?: string;
  target?: string;
  linear?: string;
  jira: string[];
  estimate?: number;
  /** Trailing phrases such as `depends on F2`. */
  phrases: string[];
};

/** Reads the line of a title. */
export const titleOf = (runs: readonly Run[], keys: PageKeys): Title => {
  const title: Title = { text: '', quote: plainText(runs), jira: [], phrases: [] };
  if (runs.every(isPlainText)) {
    title.text = withoutTrailingParts(display(title.quote), title, keys);
    return title;
  }
  let text = '';
  let at = 0;
  while (at < runs.length) {
    const end = endOfLink(runs, at);
    text += readPiece(runs.slice(at, end), title);
    at = end;
  }
  title.text = withoutTrailingParts(display(text), title, keys);
  return title;
};

const isPlainText = ({ kind, marks, href }: Run): boolean =>
  kind === 'text' && (marks & STRUCK) === 0 && href === undefined;

/** A link may consist of several runs. */
const endOfLink = (runs: readonly Run[], at: number): number => {
  const href = runs[at]?.href;
  let end = at + 1;
  while (href !== undefined && runs[end]?.href === href && runs[end]?.kind === 'text') end++;
  return end;
};

/** Takes what is no text into the title's fields; answers the text. */
const readPiece = (runs: readonly Run[], title: Title): string => {
  const [run] = runs;
  if (run === undefined || (run.marks & STRUCK) !== 0 || !isVisible(run))
    return plainText(runs) === '' ? ' ' : textOf(runs);
  const value = oneLine(run.text);
  switch (run.kind) {
    case 'status':
      if (isPriority(value) || isWont(value)) title.priority ??= value;
      else title.status ??= display(value);
      return ' ';
    case 'mention':
      title.owner ??= value;
      return ' ';
    case 'date':
      title.target ??= dateOf(value) ?? value;
      return ' ';
    case 'placeholder':
    case 'image':
      return ' ';
  }
  const reference = referenceIn(run);
  if (reference === undefined) return textOf(runs);
  if (reference.tracker === 'jira') title.jira.push(reference.id);
  else title.linear ??= reference.id;
  return run.kind === 'jira' || isBareLink(textOf(runs), run.href, reference) ? ' ' : textOf(runs);
};

const textOf = (runs: readonly Run[]): string => {
  let text = '';
  for (const { kind, marks, text: part } of runs) if (kind === 'text' && (marks & STRUCK) === 0) text += part;
  return text;
};

/** Takes estimates, priorities and dependencies in brackets off the end of a title. */
const withoutTrailingParts = (source: string, title: Title, keys: PageKeys): string => {
  let text = source;
  for (;;) {
    const open = trailingBracket(text);
    if (open <= 0 || !readBracket(text.slice(open + 1, -1), title, keys)) return text;
    text = withoutTrailing(text.slice(0, open));
  }
};

const readBracket = (inner: string, title: Title, keys: PageKeys): boolean => {
  const estimate = estimateOf(inner, { unit: true });
  if (estimate !== undefined) title.estimate ??= estimate;
  else if (isPriority(inner) || isWont(inner)) title.priority ??= inner;
  else {
    const { needs, blocks } = mentionedIn(inner, keys);
    if (needs.length + blocks.length === 0) return false;
    title.phrases.push(inner);
  }
  return true;
};

export const titlePriority = ({ priority }: Title) =>
  priority === undefined ? undefined : priorityOf(priority);
