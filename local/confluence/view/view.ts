import { Markup, markup } from '../../stand-in/html.ts';
import { parseStorage, type StorageElement, StorageError, type StorageNode } from '../storage/parse.ts';
import { elementsIn } from '../storage/tree.ts';
import type { Draw, Drawing, ViewContext } from './drawing.ts';
import { confluenceLink, date, emoticon, image, placeholder, webLink } from './inline.ts';
import { extension, macro } from './macros.ts';
import { dataCell, headerCell, table } from './tables.ts';
import { task } from './tasks.ts';

/** Elements that are drawn as themselves, without their attributes. */
const PLAIN = new Set(
  `strong b em i u s del strike sub sup code small big blockquote pre p ul ol li thead tbody tfoot tr`.split(
    ' ',
  ),
);

const HEADING = /^h[1-6]$/;

const nothing: Draw = () => markup``;
const named =
  (tag: string, kind: string): Draw =>
  (element, drawing) =>
    markup`<${new Markup(tag)} class="${kind}">${drawing.inside(element)}</${new Markup(tag)}>`;

const draws: Record<string, Draw> = {
  a: webLink,
  br: () => markup`<br>`,
  hr: () => markup`<hr>`,
  table,
  th: headerCell,
  td: dataCell,
  colgroup: nothing,
  time: date,
  'ac:link': confluenceLink,
  'ac:emoticon': emoticon,
  'ac:image': image,
  'ac:placeholder': placeholder,
  'ac:structured-macro': macro,
  'ac:macro': macro,
  'ac:adf-extension': extension,
  'ac:task-list': named('ul', 'tasks'),
  'ac:task': task,
  'ac:inline-comment-marker': named('mark', 'comment-marker'),
  'ac:layout': named('div', 'layout'),
  'ac:layout-section': named('div', 'columns'),
  'ac:layout-cell': named('div', 'column'),
  // Settings of what is around them.
  'ac:parameter': nothing,
  'ac:adf-attribute': nothing,
  'ac:adf-fallback': nothing,
};

const drawElement: Draw = (element, drawing) => {
  const { name } = element;
  const draw = Object.hasOwn(draws, name) ? draws[name] : undefined;
  if (draw) return draw(element, drawing);
  // Both sets hold fixed names only, so no name from a page becomes a tag unseen.
  const tag = new Markup(name);
  if (HEADING.test(name))
    return markup`<${tag} id="${drawing.headings.get(element)}">${drawing.inside(element)}</${tag}>`;
  return PLAIN.has(name)
    ? markup`<${tag}>${drawing.inside(element)}</${tag}>`
    : markup`${drawing.inside(element)}`;
};

/** HTML of a storage text. Whatever the text holds, only the tags and attributes of this folder come out. */
export const storageView = (storage: string, context: ViewContext): Markup => {
  try {
    const root = parseStorage(storage);
    const headings = [...elementsIn(root)].filter(({ name }) => HEADING.test(name));
    const drawing: Drawing = {
      context,
      headings: new Map(headings.map((heading, index) => [heading, `heading-${index + 1}`])),
      inside: (element: StorageElement) => element.children.map(drawNode),
    };
    const drawNode = (node: StorageNode): Markup =>
      node.type === 'element' ? drawElement(node, drawing) : markup`${node.text}`;
    return markup`<div class="wiki">${drawing.inside(root)}</div>`;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return markup`<p role="alert">${error.message}</p>`;
  }
};
