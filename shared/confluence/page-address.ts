import { idOfTinyLink } from './tiny-link.ts';
import { isId } from './wire.ts';

const LONGEST_ADDRESS = 4_000;

/** What is not a page, by the word of the address. */
const OTHERS = new Map([
  ['folder', 'folder'],
  ['whiteboard', 'whiteboard'],
  ['database', 'database'],
  ['embed', 'Smart Link'],
  ['blog', 'blog post'],
]);

/** What the address of something in Confluence leads to. */
export type PageAddress =
  | { kind: 'page'; id: string }
  /** The draft of a page, which has the id of the page. It may never have been published. */
  | { kind: 'draft'; id: string }
  | { kind: 'title'; spaceKey: string; title: string }
  /** The home page of a space. */
  | { kind: 'overview'; spaceKey: string }
  /** Something of the site that is no page. `what` is a noun: `folder`, `whiteboard`, `blog post`, … */
  | { kind: 'other'; what: string }
  /** It belongs to another host than the site's. */
  | { kind: 'elsewhere'; host: string }
  | { kind: 'unknown' };

const UNKNOWN: PageAddress = { kind: 'unknown' };
const byId = (kind: 'page' | 'draft', id: string | null | undefined): PageAddress =>
  id && isId(id) ? { kind, id } : UNKNOWN;
const byTitle = (spaceKey: string, title: string): PageAddress => ({ kind: 'title', spaceKey, title });

/** `/pages/viewpage.action?pageId=…` and its siblings. */
const ofAction = (query: URLSearchParams): PageAddress => {
  const [pageId, draftId] = [query.get('pageId'), query.get('draftId')];
  if (pageId) return byId('page', pageId);
  if (draftId) return byId('draft', draftId);
  const [spaceKey, title] = [query.get('spaceKey') ?? query.get('key'), query.get('title')];
  return spaceKey && title ? byTitle(spaceKey, title) : UNKNOWN;
};

/** `/spaces/KEY/…` */
const ofSpace = ([spaceKey, section, ...rest]: string[], query: URLSearchParams): PageAddress => {
  if (!spaceKey) return UNKNOWN;
  if (section === undefined || section === 'overview') return { kind: 'overview', spaceKey };
  const what = OTHERS.get(section);
  if (what) return { kind: 'other', what };
  if (section !== 'pages') return UNKNOWN;
  const [first = '', second] = rest;
  if (first.endsWith('.action')) return ofAction(query);
  return byId('page', /^edit(-v2)?$/.test(first) ? second : first);
};

/** `/display/KEY/Title+of+the+page`. A blog post has its date before the title. */
const ofDisplay = ([spaceKey, ...rest]: string[]): PageAddress => {
  if (!spaceKey) return UNKNOWN;
  const [title] = rest;
  if (title === undefined) return { kind: 'overview', spaceKey };
  if (rest.length === 1) return byTitle(spaceKey, title);
  return rest.length === 4 ? { kind: 'other', what: 'blog post' } : UNKNOWN;
};

/** A segment of the path. In `/display/`, `+` is a blank. A `%` that encodes nothing stands for itself. */
const decoded = (segment: string, isDisplay: boolean): string => {
  const text = isDisplay ? segment.replaceAll('+', ' ') : segment;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/**
 * What an address leads to that somebody copied from Confluence, in every form that Confluence uses. `siteUrl` is the
 * site it has to belong to. It asks nobody: whether the page exists, a request decides.
 */
export const pageAddress = (text: string, siteUrl: string): PageAddress => {
  const address = text.trim();
  if (address.length > LONGEST_ADDRESS) return UNKNOWN;
  const url = URL.parse(address) ?? URL.parse(`https://${address}`);
  if (!url || !/^https?:$/.test(url.protocol)) return UNKNOWN;
  if (url.host !== new URL(siteUrl).host) return { kind: 'elsewhere', host: url.host };
  const [root, section = '', ...path] = url.pathname.split('/').filter(Boolean);
  if (root === 'l') return { kind: 'other', what: 'short link' };
  if (root !== 'wiki') return UNKNOWN;
  const rest = path.map((segment) => decoded(segment, section === 'display'));
  if (section === 'spaces') return ofSpace(rest, url.searchParams);
  if (section === 'display') return ofDisplay(rest);
  if (section === 'pages') return ofAction(url.searchParams);
  return section === 'x' ? byId('page', idOfTinyLink(rest.join('/'))) : UNKNOWN;
};
