import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseStorage } from '../../../local/confluence/storage/parse.ts';
import { attribute, elementsIn, textOf } from '../../../local/confluence/storage/tree.ts';
import { visibleRuns } from '../../../local/confluence/storage/visible-text.ts';

const folder = join(import.meta.dirname, '../../fixtures/planning/pages');

/** The well-formed fixture pages by name. */
export const planningPages: [name: string, storage: string][] = readdirSync(folder)
  .filter((name) => !name.includes('malformed'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')]);

const word = fc.constantFrom(
  'Feature F1',
  'a &amp; b',
  '80&nbsp;%',
  '&mdash;',
  "it's",
  '🔴',
  '&#x1F534;',
  ' ',
  '<br/>',
  '<br />',
  '<time datetime="2026-05-15" />',
  '<ac:link><ri:page ri:content-title="Other &eacute;" /></ac:link>',
  '<ac:link><ri:user ri:account-id="712020:aa"/></ac:link>',
  '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">Done</ac:parameter></ac:structured-macro>',
  '<!-- aside -->',
  '<ac:inline-comment-marker ac:ref="r1">noted</ac:inline-comment-marker>',
  '<strong>bold</strong>',
);
const inline = fc.array(word, { maxLength: 4 }).map((words) => words.join(''));
const id = fc.constantFrom('', '', ' local-id="aaaaaaaaaaaa"', ' local-id="bbbbbbbbbbbb" class="x"');
const blank = fc.constantFrom('', '\n', '  ');
const task = fc
  .tuple(fc.nat(99), fc.boolean(), inline)
  .map(
    ([number, done, body]) =>
      `<ac:task><ac:task-id>${number}</ac:task-id><ac:task-status>${done ? 'complete' : 'incomplete'}</ac:task-status><ac:task-body>${body}</ac:task-body></ac:task>`,
  );

const { block } = fc.letrec<{ block: string }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(fc.constantFrom('p', 'h2'), id, inline)
      .map(([name, ids, text]) => `<${name}${ids}>${text}</${name}>`),
    fc.constantFrom('<p></p>', '<p/>', '<hr/>'),
    fc
      .tuple(blank, fc.array(task, { minLength: 1, maxLength: 3 }))
      .map(([gap, tasks]) => `<ac:task-list>${gap}${tasks.join(gap)}</ac:task-list>`),
    fc
      .tuple(id, fc.array(tie('block'), { maxLength: 3 }))
      .map(([ids, blocks]) => `<ul><li${ids}>${blocks.join('')}</li></ul>`),
    fc
      .tuple(
        fc.array(fc.array(tie('block'), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
        blank,
      )
      .map(
        ([rows, gap]) =>
          `<table>${gap}<tbody>${rows.map((cells) => `<tr>${cells.map((cell) => `<td colspan="1">${cell}</td>`).join(gap)}</tr>`).join('')}</tbody></table>`,
      ),
    fc
      .tuple(fc.constantFrom('info', 'expand', 'unheard-of'), tie('block'))
      .map(
        ([name, body]) =>
          `<ac:structured-macro ac:name='${name}'><ac:parameter ac:name="title">T</ac:parameter><ac:rich-text-body>${body}</ac:rich-text-body></ac:structured-macro>`,
      ),
    fc.constant(
      '<ac:structured-macro ac:name="code" ac:macro-id="m1"><ac:plain-text-body><![CDATA[a && <b> &nbsp; x]]></ac:plain-text-body></ac:structured-macro>',
    ),
  ),
}));

/** Pages of random blocks, in the spellings that people, programs and the editor use. */
export const anyStorage: fc.Arbitrary<string> = fc
  .tuple(blank, fc.array(block, { maxLength: 5 }))
  .map(([gap, blocks]) => blocks.join(gap));

/** What a save in the editor may not change: text, links, tasks, titles of status marks, comments, code. */
export const meaningOf = (storage: string): unknown => {
  const root = parseStorage(storage);
  const elements = [...elementsIn(root)];
  const values = (element: string, name: string): (string | undefined)[] =>
    elements
      .filter((one) => one.name === element)
      .map((one) => attribute(one, name)?.replace(/&eacute;/g, 'é'));
  return {
    text: visibleRuns(root).map(({ text }) => text),
    tasks: elements.filter(({ name }) => /^ac:task-(id|uuid|status)$/.test(name)).map(textOf),
    parameters: elements.filter(({ name }) => name === 'ac:parameter').map(textOf),
    links: [values('a', 'href'), values('ri:page', 'ri:content-title'), values('ri:user', 'ri:account-id')],
    dates: values('time', 'datetime'),
    comments: values('ac:inline-comment-marker', 'ac:ref'),
    headings: elements.filter(({ name }) => /^h[1-6]$/.test(name)).map(({ name }) => name),
    rows: elements
      .filter(({ name }) => name === 'tr')
      .map(({ children }) => children.filter(({ type }) => type === 'element').length),
  };
};
