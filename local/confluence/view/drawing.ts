import type { Markup } from '../../stand-in/html.ts';
import type { StorageElement } from '../storage/parse.ts';

/** What a view takes from outside the storage text. */
export interface ViewContext {
  /** The display name of an account, if it is known. */
  personName: (accountId: string) => string | undefined;
  /** The path of a page; `spaceKey` is undefined for the space of the page that is shown. */
  pagePath: (title: string, spaceKey: string | undefined) => string | undefined;
  /** The id of the form that ticks tasks. Without it, tasks are only shown. */
  tickForm?: string | undefined;
}

/** A view in the making. */
export interface Drawing {
  context: ViewContext;
  /** The headings of the page in order, with the ids that links lead to. */
  headings: Map<StorageElement, string>;
  /** What is in an element, drawn. */
  inside: (element: StorageElement) => Markup[];
}

/** How an element is drawn. */
export type Draw = (element: StorageElement, drawing: Drawing) => Markup;
