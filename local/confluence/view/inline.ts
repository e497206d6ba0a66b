import { markup } from '../../stand-in/html.ts';
import type { StorageElement } from '../storage/parse.ts';
import { attributeValue, childOf, isElement, textOf } from '../storage/tree.ts';
import type { Draw, Drawing } from './drawing.ts';
import { safeLink } from './safe-link.ts';

export const webLink: Draw = (element, drawing) => {
  const href = safeLink(attributeValue(element, 'href') ?? '');
  const content = drawing.inside(element);
  return href ? markup`<a href="${href}" rel="noreferrer">${content}</a>` : markup`<span>${content}</span>`;
};

/** A link to a page, a person, a file or a place on the page. */
export const confluenceLink: Draw = (element, drawing) => {
  const target = element.children.find((child): child is StorageElement => {
    return isElement(child) && child.name.startsWith('ri:');
  });
  if (target?.name === 'ri:user') return mention(target, drawing);
  const body = childOf(element, 'ac:link-body') ?? childOf(element, 'ac:plain-text-link-body');
  const name = targetName(target) ?? attributeValue(element, 'ac:anchor') ?? 'link';
  const content = body ? drawing.inside(body) : name;
  const path = pagePath(target, drawing);
  return path
    ? markup`<a href="${path}">${content}</a>`
    : markup`<span class="target" title="${name}">${content}</span>`;
};

const pagePath = (target: StorageElement | undefined, { context }: Drawing): string | undefined => {
  if (target?.name !== 'ri:page') return undefined;
  const path = context.pagePath(
    attributeValue(target, 'ri:content-title') ?? '',
    attributeValue(target, 'ri:space-key'),
  );
  return path && safeLink(path);
};

const targetName = (target: StorageElement | undefined): string | undefined =>
  target &&
  (attributeValue(target, 'ri:content-title') ??
    attributeValue(target, 'ri:filename') ??
    attributeValue(target, 'ri:value'));

const mention = (target: StorageElement, { context }: Drawing) => {
  const id = attributeValue(target, 'ri:account-id') ?? '';
  return markup`<span class="mention" title="${id}">@${context.personName(id) ?? 'unknown user'}</span>`;
};

const dates = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });

export const date: Draw = (element) => {
  const written = attributeValue(element, 'datetime') ?? '';
  const time = Date.parse(written);
  const shown = Number.isNaN(time) ? written : dates.format(time);
  return markup`<time datetime="${written}">${shown}</time>`;
};

export const emoticon: Draw = (element) => {
  const name =
    attributeValue(element, 'ac:emoji-shortname') ?? `:${attributeValue(element, 'ac:name') ?? 'emoticon'}:`;
  return markup`<span class="emoticon" title="${name}">${attributeValue(element, 'ac:emoji-fallback') ?? name}</span>`;
};

/** Images are named and not loaded. */
export const image: Draw = (element) => {
  const source = element.children.find((child): child is StorageElement => isElement(child));
  return markup`<span class="box">Image: ${targetName(source) ?? attributeValue(element, 'ac:alt') ?? 'unknown'}</span>`;
};

export const placeholder: Draw = (element) => markup`<span class="placeholder">${textOf(element)}</span>`;
