import { oneLine } from '../../domain/planning/text.ts';
import type { Run } from '../storage/runs.ts';
import { identifierEnd } from './keys.ts';

/** What a link or a Jira macro refers to. */
export type Reference = { tracker: 'linear' | 'jira'; id: string };

const LINEAR = 'https://linear.app/';
const ISSUE = '/issue/';
const BROWSE = '/browse/';

const idAfter = (url: string, path: string): string | undefined => {
  const at = url.indexOf(path);
  if (at < 0) return undefined;
  const start = at + path.length;
  const end = identifierEnd(url, start);
  return end > start && '/?#'.includes(url.charAt(end)) ? url.slice(start, end) : undefined;
};

const referenceOf = (href: string | undefined): Reference | undefined => {
  if (href?.startsWith('http') !== true) return undefined;
  const isLinear = href.startsWith(LINEAR);
  const id = idAfter(href, isLinear ? ISSUE : BROWSE);
  return id === undefined ? undefined : { tracker: isLinear ? 'linear' : 'jira', id };
};

/** The reference that a run is, by its macro or its link. */
export const referenceIn = (run: Run): Reference | undefined =>
  run.kind === 'jira' ? { tracker: 'jira', id: oneLine(run.text) } : referenceOf(run.href);

/** Whether a link's text says nothing but where it leads. */
export const isBareLink = (text: string, href: string | undefined, { id }: Reference): boolean => {
  const words = oneLine(text);
  return words === id || words === href;
};
