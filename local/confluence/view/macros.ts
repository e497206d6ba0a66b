import { type Markup, markup } from '../../stand-in/html.ts';
import type { StorageElement } from '../storage/parse.ts';
import { attributeValue, childOf, isElement, textOf } from '../storage/tree.ts';
import { visibleRuns } from '../storage/visible-text.ts';
import type { Draw, Drawing } from './drawing.ts';

const PANELS = ['info', 'note', 'warning', 'tip', 'panel', 'success', 'error'];
const COLOURS = ['grey', 'red', 'yellow', 'green', 'blue', 'purple'];
/** Macros that only group what is in them. */
const TRANSPARENT = ['excerpt', 'section', 'column'];

const parameter = (macro: StorageElement, name: string): string | undefined => {
  const found = macro.children.find(
    (child): child is StorageElement =>
      isElement(child, 'ac:parameter') && attributeValue(child, 'ac:name') === name,
  );
  return found && textOf(found);
};

const body = (macro: StorageElement, drawing: Drawing): Markup[] => {
  const rich = childOf(macro, 'ac:rich-text-body');
  return rich ? drawing.inside(rich) : [];
};

const code = (macro: StorageElement): Markup => {
  const plain = childOf(macro, 'ac:plain-text-body');
  const name = parameter(macro, 'title') ?? parameter(macro, 'language');
  return markup`<div class="code">${name && markup`<p class="label">${name}</p>`}<pre><code>${plain ? textOf(plain) : ''}</code></pre></div>`;
};

const status = (macro: StorageElement): Markup => {
  const colour = (parameter(macro, 'colour') ?? '').toLowerCase();
  return markup`<span class="status ${COLOURS.includes(colour) ? colour : 'grey'}">${parameter(macro, 'title') ?? ''}</span>`;
};

const jira = (macro: StorageElement): Markup => {
  const key = parameter(macro, 'key');
  return key
    ? markup`<span class="status blue" title="Jira">${key}</span>`
    : markup`<span class="box">Jira issues: ${parameter(macro, 'jqlQuery') ?? 'no query'}</span>`;
};

const contents = (drawing: Drawing): Markup =>
  markup`<nav class="contents" aria-label="Contents"><ul>${[...drawing.headings].map(
    ([heading, id]) =>
      markup`<li class="${heading.name}"><a href="#${id}">${textsIn(heading) || 'Untitled'}</a></li>`,
  )}</ul></nav>`;

const textsIn = (heading: StorageElement): string =>
  visibleRuns(heading)
    .map(({ text }) => text.trim())
    .join(' ');

/** A macro as people see it; one that is not known as a box with its name. */
export const macro: Draw = (element, drawing) => {
  const name = attributeValue(element, 'ac:name') ?? 'macro';
  const title = parameter(element, 'title');
  if (name === 'code' || name === 'noformat') return code(element);
  if (name === 'status') return status(element);
  if (name === 'jira') return jira(element);
  if (name === 'toc') return contents(drawing);
  const content = body(element, drawing);
  if (TRANSPARENT.includes(name)) return markup`<div>${content}</div>`;
  if (name === 'expand')
    return markup`<details class="expand"><summary>${title || 'Expand'}</summary>${content}</details>`;
  if (PANELS.includes(name)) return panel(name, title, content);
  if (name === 'details') return panel('properties', 'Page properties', content);
  return unknownMacro(element, name, content);
};

const panel = (kind: string, title: string | undefined, content: Markup[]): Markup =>
  markup`<div class="panel ${kind}">${title && markup`<p class="label">${title}</p>`}${content}</div>`;

const unknownMacro = (element: StorageElement, name: string, content: Markup[]): Markup => {
  const target = element.children.filter((child) => isElement(child, 'ac:parameter')).map(textOf);
  const label = [`Macro ${name}`, ...target.map((text) => text.trim()).filter(Boolean)].join(' · ');
  return content.length > 0
    ? markup`<div class="panel unknown"><p class="label">${label}</p>${content}</div>`
    : markup`<span class="box">${label}</span>`;
};

/** What the cloud editor stores beside macros: its content is drawn, the fallback for old editors is not. */
export const extension: Draw = (element, drawing) => {
  const node = childOf(element, 'ac:adf-node');
  const content = node && childOf(node, 'ac:adf-content');
  const type = node?.children.find(
    (child): child is StorageElement =>
      isElement(child, 'ac:adf-attribute') && attributeValue(child, 'key') === 'panel-type',
  );
  const kind = type ? textOf(type) : '';
  const inside = content ? drawing.inside(content) : [];
  return panel(PANELS.includes(kind) ? kind : 'unknown', undefined, inside);
};
