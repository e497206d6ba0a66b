import type { XmlElement } from '@rgrove/parse-xml';
import { includeMacros, navigationMacros } from '../words/lexicon.ts';
import type { Block } from './blocks.ts';
import { isElement, macroName, parameterOf } from './elements.ts';

/** What becomes of a macro that has no text on this page. */
export const unreadable = (macro: XmlElement): Pick<Block, 'class' | 'reason' | 'target'> => {
  const name = macroName(macro);
  if (navigationMacros.has(name)) return { class: 'ignored', reason: 'navigation' };
  if (includeMacros.has(name)) return { class: 'unread', reason: name, target: pageTitle(macro) ?? '' };
  const query = name === 'jira' ? (parameterOf(macro, 'jqlQuery') ?? parameterOf(macro, 'jql')) : undefined;
  if (query !== undefined) return { class: 'unread', reason: 'jira-query', target: query };
  return { class: 'unread', reason: 'macro', target: name };
};

/** The title of the page that an include macro shows. */
const pageTitle = (element: XmlElement): string | undefined => {
  for (const child of element.children) {
    if (!isElement(child)) continue;
    const title = child.attributes['ri:content-title'] ?? pageTitle(child);
    if (title !== undefined) return title;
  }
  return undefined;
};
