import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { type Block, blocksOf } from '../editor/blocks.ts';
import type { Page } from '../store/model.ts';
import { framed } from './frame.ts';
import { editPath, pathOf } from './paths.ts';
import type { Visit } from './visit.ts';

/** A page in the editor, as it stands there: nothing of it is saved. */
export interface Edited {
  title: string;
  storage: string;
  message: string;
  /** The version of the page that the editing began with. */
  base: number;
}

/** The editor for texts, or the one for raw storage. */
export const editPage = (
  visit: Visit,
  page: Page,
  edited: Edited,
  { tab, alert }: { tab: 'text' | 'storage'; alert?: string | undefined },
): HttpResponse => {
  const content = markup`<p class="crumbs"><a href="${pathOf(visit, page)}">${page.title}</a></p>
<nav class="tabs" aria-label="How to edit"><a href="${editPath(visit, page)}"${tab === 'text' && markup` aria-current="page"`}>Text</a><a href="${editPath(visit, page, 'storage')}"${tab === 'storage' && markup` aria-current="page"`}>Storage</a></nav>
<form method="post" action="${editPath(visit, page)}">
<button hidden name="do" value="save">Save</button>
<input type="hidden" name="base" value="${edited.base}"><input type="hidden" name="tab" value="${tab}">
<input class="edit-title" type="text" name="title" value="${edited.title}" aria-label="Title" required maxlength="255">
${tab === 'text' ? textEditor(edited, editPath(visit, page)) : storageEditor(edited)}
<div class="save"><button class="main" name="do" value="save">Publish</button><input type="text" name="message" value="${edited.message}" placeholder="What did you change?" aria-label="Version comment" maxlength="255"><a href="${pathOf(visit, page)}">Cancel</a></div>
</form>`;
  return framed(visit, {
    title: `Edit ${page.title}`,
    here: '',
    content,
    alert,
    status: alert ? 422 : 200,
  });
};

/** The first line break in a text area is not a part of its text, so each begins with one more. */
const area = (attributes: Markup, text: string): Markup =>
  markup`<textarea ${attributes}>\n${text}</textarea>`;

const storageEditor = ({ storage }: Edited): Markup =>
  markup`<p class="count">Saved as it is, without what the text editor changes.</p>${area(markup`class="source" name="storage" aria-label="Storage" spellcheck="false"`, storage)}`;

/** A form with more would not be accepted by the server, which takes 10 MB. */
const MOST_FIELDS = 20_000;

/** The storage goes along as JSON, because a form changes line breaks in what it sends. */
const textEditor = ({ storage }: Edited, path: string): Markup => {
  const blocks = blocksOf(storage);
  const count = blocks.reduce((sum, { fields }) => sum + fields.length, 0);
  const kinds = ['heading', 'paragraph', 'list', 'tasks', 'table'];
  return markup`<input type="hidden" name="storage" value="${JSON.stringify(storage)}">
${blocks.length === 0 && markup`<p class="empty">The page is empty.</p>`}
${count > MOST_FIELDS ? markup`<p class="empty">The page has ${count} texts, more than this editor shows. Edit its storage.</p>` : blocks.map((block) => blockFields(block, path))}
<p class="row">${kinds.map((kind) => markup`<button name="do" value="append:${kind}">+ ${kind}</button>`)}</p>`;
};

const styleOf = ({ kind }: Block): string => {
  if (kind.startsWith('Heading') || kind.startsWith('Title')) return 'heading';
  if (kind === 'Row') return 'row';
  return kind === 'List item' || kind === 'Task' ? 'item' : 'text';
};

const blockFields = (block: Block, path: string): Markup =>
  markup`<div class="block ${styleOf(block)}" id="block-${block.place}"><div class="fields">${block.fields.map(
    ({ index, label, text, hint, isLong }) =>
      markup`<label><span class="kind">${label}</span>${area(
        markup`name="f${index}" rows="${isLong ? 4 : 1}"${hint && markup` placeholder="${hint}"`}`,
        text,
      )}</label>`,
  )}</div>${block.canChange && blockMenu(block, path)}</div>`;

const blockMenu = ({ kind, place, fields }: Block, path: string): Markup => {
  const name = `${kind} ${fields[0]?.text.slice(0, 40) ?? ''}`;
  const below = kind.startsWith('Heading') ? 'Paragraph' : kind;
  // The fragment keeps the reader at the block, because the whole page is loaded anew.
  const button = (action: string, label: string): Markup =>
    markup`<button name="do" value="${action}:${place}" formaction="${path}#block-${place}">${label}</button>`;
  return markup`<details><summary aria-label="Change ${name}">⋯</summary><div>${button('add', `${below} below`)}${button('heading', 'Heading below')}${button('delete', 'Delete')}</div></details>`;
};
