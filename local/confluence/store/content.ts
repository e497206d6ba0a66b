import type { Clock } from '../../stand-in/clock.ts';
import type { Page, Version } from './model.ts';
import type { Store } from './store.ts';
import type { Switches } from './switches.ts';

/** What is needed to read and change pages. */
export interface Content {
  store: Store;
  clock: Clock;
  switches: Switches;
}

/** A change of content that Confluence refuses. The message is safe to show to whoever asked for it. */
export class Refused extends Error {
  readonly kind: 'not-found' | 'title-taken' | 'invalid' | 'conflict';

  constructor(kind: Refused['kind'], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** A page of any status. Throws `Refused` if there is none. */
export const thePage = ({ store }: Content, id: string): Page => {
  const page = store.get('Page', id);
  if (!page) throw new Refused('not-found', `there is no page ${id}`);
  return page;
};

/** The newest version of a page, with its body. */
export const newestVersion = ({ store }: Content, page: Page): Version => {
  const newest = versionOf(store, page, page.version);
  if (!newest) throw new Error(`page ${page.id} has no version ${page.version} in the store`);
  return newest;
};

export const versionOf = (store: Store, page: Page, number: number): Version | undefined =>
  store.versionsOf(page.id).find((version) => version.number === number);

export const isoAfter = ({ clock }: Content, ms: number): string => new Date(clock.now() + ms).toISOString();
