import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeLink } from '../../../local/confluence/view/safe-link.ts';
import { storageView } from '../../../local/confluence/view/view.ts';
import { anyStorage, planningPages } from '../../support/local-confluence/storage.ts';

const context = {
  personName: (id: string) => (id === '712020:cc03' ? 'Ana <Silva>' : undefined),
  pagePath: (title: string) => (title === 'Other é' ? '/wiki/spaces/PLAN/pages/1/Other' : undefined),
  tickForm: 'tick',
};
const view = (storage: string): string => storageView(storage, context).text;

/** Every tag that a page may consist of, with its attributes as this folder writes them. */
const TAG =
  /^<(?:\/?(?:p|h[1-6]|ul|ol|li|table|thead|tbody|tfoot|tr|th|td|div|span|strong|b|em|i|u|s|del|strike|sub|sup|code|small|big|blockquote|pre|br|hr|mark|a|details|summary|nav|time|button)(?: (?:class|id|title|role|form|name|value|aria-label|aria-checked|datetime)="[^"<>]*"| (?:colspan|rowspan)="\d{1,4}"| rel="noreferrer"| href="(?:https?:\/\/|mailto:|\/wiki\/|#)[^"<>]*")*)>$/;

const strangeTags = (html: string): string[] =>
  (html.match(/<[^>]*>?/g) ?? []).filter((tag) => !TAG.test(tag));

test('the view of any page has known tags and attributes only', () => {
  fc.assert(
    fc.property(anyStorage, (storage) => {
      expect(strangeTags(view(storage))).toEqual([]);
    }),
  );
  for (const [name, storage] of planningPages) expect(strangeTags(view(storage)), name).toEqual([]);
});

const evil =
  '&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&lt;/title&gt;&lt;script&gt;alert(2)&lt;/script&gt;';
const payloads = [
  '<script>alert(1)</script><style>p{}</style><iframe src="https://evil.test"/>',
  '<img src="https://evil.test/a.png" onerror="alert(1)"/><svg onload="alert(1)"><a href="x"/></svg>',
  '<p onclick="alert(1)" style="background:url(https://evil.test)" class="page">a</p>',
  `<p>${evil}</p><p title="${evil}">b</p>`,
  `<p><![CDATA[</p><script>alert(1)</script>]]></p>`,
  `<a href="javascript:alert(1)">a</a><a href=" javascript:alert(1)">b</a><a href="java&#10;script:alert(1)">c</a>`,
  '<a href="data:text/html,x">a</a><a href="//evil.test">b</a><a href="/\\evil.test">c</a><a href="/logout">d</a>',
  `<a href="https://evil.test/${evil}">a</a>`,
  `<td colspan="${evil}" rowspan="1e9">a</td><td colspan="-1">b</td><th rowspan="99999999999">c</th>`,
  `<ac:structured-macro ac:name="${evil}"><ac:parameter ac:name="title">${evil}</ac:parameter><ac:rich-text-body>${evil}</ac:rich-text-body></ac:structured-macro>`,
  ...['info', 'panel', 'expand', 'details', 'jira', 'code', 'status', 'toc', 'constructor', '__proto__'].map(
    (name) =>
      `<h1>${evil}</h1><ac:structured-macro ac:name="${name}"><ac:parameter ac:name="title">${evil}</ac:parameter><ac:parameter ac:name="colour">${evil}</ac:parameter><ac:parameter ac:name="key">${evil}</ac:parameter><ac:plain-text-body><![CDATA["><img src=x onerror=alert(1)>]]></ac:plain-text-body></ac:structured-macro>`,
  ),
  `<ac:structured-macro ac:name="html"><ac:plain-text-body><![CDATA[<script>alert(1)</script>]]></ac:plain-text-body></ac:structured-macro>`,
  `<ac:adf-extension><ac:adf-node type="panel"><ac:adf-attribute key="panel-type">${evil}</ac:adf-attribute><ac:adf-content>${evil}</ac:adf-content></ac:adf-node></ac:adf-extension>`,
  `<ac:link><ri:user ri:account-id="${evil}"/></ac:link><ac:link ac:anchor="${evil}"><ac:plain-text-link-body><![CDATA[<b>]]></ac:plain-text-link-body></ac:link><ac:link><ri:page ri:content-title="${evil}"/></ac:link>`,
  `<ac:image><ri:url ri:value="https://evil.test/${evil}"/></ac:image><ac:image ac:alt="${evil}"/>`,
  `<time datetime="${evil}"/><ac:emoticon ac:name="${evil}" ac:emoji-fallback="${evil}"/><ac:placeholder>${evil}</ac:placeholder>`,
  `<ac:task-list><ac:task><ac:task-id>${evil}</ac:task-id><ac:task-status>${evil}</ac:task-status><ac:task-body>${evil}</ac:task-body></ac:task></ac:task-list>`,
  '<constructor>a</constructor><__proto__>b</__proto__><toString/><button formaction="https://evil.test">c</button><form action="https://evil.test"><input name="task"/></form>',
  `<ac:inline-comment-marker ac:ref="${evil}">a</ac:inline-comment-marker><meta http-equiv="refresh" content="0"/><base href="https://evil.test"/>`,
  '<!-- --><?php evil ?><!-- <script>alert(1)</script> -->',
];

test('hostile storage injects neither tags, attributes nor addresses', () => {
  for (const payload of payloads) {
    const html = view(payload);
    expect(html, payload).not.toContain('role="alert"');
    expect(strangeTags(html), payload).toEqual([]);
  }
});

test('links lead to the web, to a mailbox or within the site', () => {
  const allowed = ['https://a.test/x?y#z', 'HTTP://a.test', 'mailto:a@b.test', '/wiki/x/abc', '#item-1'];
  for (const href of allowed) expect(safeLink(href)).toBe(href);
  const refused = [
    'javascript:alert(1)',
    'java\nscript:x',
    '\u0001javascript:x',
    'vbscript:x',
    'file:///etc',
    '//a.test',
    '/wiki\\a',
    '/other',
    'https:a',
    'https://',
    'ftp://a.test',
    '',
  ];
  for (const href of refused) expect(safeLink(href), JSON.stringify(href)).toBeUndefined();
});

test('known macros are drawn, and others are boxes with their name', () => {
  const macro = (name: string, inner: string) =>
    view(`<ac:structured-macro ac:name="${name}">${inner}</ac:structured-macro>`);
  const title = (text: string) => `<ac:parameter ac:name="title">${text}</ac:parameter>`;
  const body = '<ac:rich-text-body><p>in</p></ac:rich-text-body>';
  expect(macro('info', body)).toContain('<div class="panel info"><p>in</p></div>');
  expect(macro('panel', title('T') + body)).toContain('<p class="label">T</p><p>in</p>');
  expect(macro('expand', title('More') + body)).toContain('<summary>More</summary><p>in</p></details>');
  expect(macro('status', `${title('Done')}<ac:parameter ac:name="colour">Green</ac:parameter>`)).toContain(
    '<span class="status green">Done</span>',
  );
  expect(macro('jira', '<ac:parameter ac:name="key">LIB-7</ac:parameter>')).toContain('>LIB-7<');
  expect(macro('code', '<ac:plain-text-body><![CDATA[a < b]]></ac:plain-text-body>')).toContain(
    '<pre><code>a &#60; b</code></pre>',
  );
  expect(macro('roadmap', '<ac:parameter ac:name="id">7</ac:parameter>')).toContain(
    '<span class="box">Macro roadmap · 7</span>',
  );
  expect(macro('roadmap', body)).toContain('<p class="label">Macro roadmap</p><p>in</p>');
  expect(view('<ac:structured-macro ac:name="toc"/><h2>A &amp; B</h2>')).toContain(
    '<a href="#heading-1">A &#38; B</a>',
  );
  expect(view('<h2>A</h2>')).toContain('<h2 id="heading-1">A</h2>');
});

test('tables keep their merged cells, links their pages, people their names, dates their day', () => {
  expect(view('<table><tbody><tr><td rowspan="2" colspan="3">a</td></tr></tbody></table>')).toContain(
    '<td colspan="3" rowspan="2">a</td>',
  );
  expect(view('<ac:link><ri:page ri:content-title="Other &eacute;"/></ac:link>')).toContain(
    '<a href="/wiki/spaces/PLAN/pages/1/Other">Other é</a>',
  );
  expect(view('<ac:link><ri:user ri:account-id="712020:cc03"/></ac:link>')).toContain('@Ana &#60;Silva&#62;');
  expect(view('<time datetime="2026-05-15"/>')).toContain('>15 May 2026<');
});

test('a task is a box to tick, where ticking is offered', () => {
  const storage =
    '<ac:task-list><ac:task><ac:task-id>7</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>Do it</ac:task-body></ac:task></ac:task-list>';
  expect(view(storage)).toContain('form="tick" name="task" value="7:incomplete"');
  const { tickForm: _, ...readOnly } = context;
  expect(storageView(storage, readOnly).text).toContain(
    '<li class="done"><span>☑</span><div>Do it</div></li>',
  );
});

test('malformed storage shows what is wrong with it', () => {
  expect(view('<p>a</b>')).toContain('Unexpected close tag &#60;/b&#62;; expected &#60;/p&#62;.');
});
