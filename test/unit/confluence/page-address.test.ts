import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PageAddress, pageAddress } from '../../../shared/confluence/page-address.ts';
import { idOfTinyLink } from '../../../shared/confluence/tiny-link.ts';

const SITE = 'https://acme.atlassian.net';
const BEYOND = '9007199254740993';

const page = (id: string): PageAddress => ({ kind: 'page', id });
const title = (spaceKey: string, text: string): PageAddress => ({ kind: 'title', spaceKey, title: text });
const other = (what: string): PageAddress => ({ kind: 'other', what });

test.each<[string, PageAddress]>([
  ['/wiki/spaces/PLAN/pages/13860865', page('13860865')],
  ['/wiki/spaces/PLAN/pages/13860865/PI+1', page('13860865')],
  ['/wiki/spaces/PLAN/pages/13860865/PI+1/', page('13860865')],
  [`/wiki/spaces/PLAN/pages/${BEYOND}/Beyond+2%5E53`, page(BEYOND)],
  ['/wiki/spaces/PLAN/pages/13860865/PI+1?focusedCommentId=77&atlOrigin=eyJ#Features', page('13860865')],
  ['/wiki/spaces/PLAN/pages/13860865/50%+done', page('13860865')],
  ['/wiki/spaces/PLAN/pages/edit-v2/13860865?draftShareId=a-b', page('13860865')],
  ['/wiki/spaces/PLAN/pages/edit/13860865', page('13860865')],
  ['/wiki/spaces/~712020ab-cd/pages/5', page('5')],
  ['/wiki/spaces/~712020%3A7bf4/overview', { kind: 'overview', spaceKey: '~712020:7bf4' }],
  ['/wiki/spaces/PLAN/overview?homepageId=98400', { kind: 'overview', spaceKey: 'PLAN' }],
  ['/wiki/spaces/PLAN', { kind: 'overview', spaceKey: 'PLAN' }],
  ['/wiki/pages/viewpage.action?pageId=98400#item-3', page('98400')],
  ['/wiki/pages/viewpage.action?spaceKey=PLAN&title=PI+1', title('PLAN', 'PI 1')],
  ['/wiki/pages/viewinfo.action?pageId=98400', page('98400')],
  ['/wiki/pages/resumedraft.action?draftId=98401', { kind: 'draft', id: '98401' }],
  ['/wiki/spaces/PLAN/pages/resumedraft.action?draftId=98401', { kind: 'draft', id: '98401' }],
  ['/wiki/display/PLAN/PI+1+%2B+more', title('PLAN', 'PI 1 + more')],
  ['/wiki/display/PLAN/%C3%9Cbersicht', title('PLAN', 'Übersicht')],
  ['/wiki/display/PLAN/50%+done', title('PLAN', '50% done')],
  ['/wiki/display/~ada/Her+page', title('~ada', 'Her page')],
  ['/wiki/display/PLAN', { kind: 'overview', spaceKey: 'PLAN' }],
  ['/wiki/display/PLAN/2026/04/28/News', other('blog post')],
  ['/wiki/spaces/PLAN/folder/123?x=1', other('folder')],
  ['/wiki/spaces/PLAN/whiteboard/123', other('whiteboard')],
  ['/wiki/spaces/PLAN/database/123', other('database')],
  ['/wiki/spaces/PLAN/blog/2026/04/28/123/News', other('blog post')],
  ['/l/cp/a1B2c3', other('short link')],
  ['/wiki/x/AYDT', page('13860865')],
  ['/wiki/x/YoA_/', page('4096098')],
  ['/wiki/x/YoA_', page('4096098')],
])('%s is understood', (path, expected) => {
  expect(pageAddress(`${SITE}${path}`, SITE)).toEqual(expected);
  expect(pageAddress(` acme.atlassian.net${path}\n`, SITE)).toEqual(expected);
});

test.each([
  '',
  'PI 1',
  `${SITE}`,
  `${SITE}/jira/software/projects/PLAN`,
  `${SITE}/wiki`,
  `${SITE}/wiki/spaces/PLAN/pages`,
  `${SITE}/wiki/spaces/PLAN/pages/PI+1`,
  `${SITE}/wiki/spaces/PLAN/pages/0`,
  `${SITE}/wiki/spaces/PLAN/pages/-5`,
  `${SITE}/wiki/spaces/PLAN/pages/1e3`,
  `${SITE}/wiki/spaces/PLAN/pages/${'9'.repeat(30)}`,
  `${SITE}/wiki/spaces/PLAN/constructor/1`,
  `${SITE}/wiki/pages/viewpage.action`,
  `${SITE}/wiki/x/`,
  `${SITE}/wiki/x/${'A'.repeat(12)}`,
  `${SITE}/wiki/x/a.b`,
  `${SITE}/wiki/display/PLAN/a/b`,
  `javascript:alert(1)//${SITE}/wiki/x/AYDT`,
  `${SITE}/wiki/spaces/PLAN/pages/5?${'x'.repeat(5_000)}`,
])('%s leads to no page', (address) => {
  expect(pageAddress(address, SITE)).toEqual({ kind: 'unknown' });
});

describe('an address of another site', () => {
  test.each([
    ['https://other.atlassian.net/wiki/spaces/PLAN/pages/5', 'other.atlassian.net'],
    ['https://acme.atlassian.net.evil.example/wiki/spaces/PLAN/pages/5', 'acme.atlassian.net.evil.example'],
    ['https://acme.atlassian.net@evil.example/wiki/spaces/PLAN/pages/5', 'evil.example'],
    ['https://acme.atlassian.net:8443/wiki/spaces/PLAN/pages/5', 'acme.atlassian.net:8443'],
    ['https://api.atlassian.com/ex/confluence/1/wiki/spaces/PLAN/pages/5', 'api.atlassian.com'],
  ])('is refused: %s', (address, host) => {
    expect(pageAddress(address, SITE)).toEqual({ kind: 'elsewhere', host });
  });
});

/** The algorithm in the other direction, as it was found to hold for recorded pairs. */
const tinyLinkOf = (id: bigint): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(id);
  const text = bytes.toString('base64').replace(/=$/, '').replace(/A+$/, '');
  const written = text.replaceAll('/', '-').replaceAll('+', '_');
  return /[-_]$/.test(written) ? `${written}/` : written;
};

test('every id comes back from its tiny link, whichever way it is pasted', () => {
  expect(tinyLinkOf(4096098n)).toBe('YoA_/');
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (id) => {
      expect(idOfTinyLink(tinyLinkOf(id))).toBe(String(id));
      expect(pageAddress(`${SITE}/wiki/x/${tinyLinkOf(id)}`, SITE)).toEqual(page(String(id)));
    }),
  );
});

test('a tiny link beyond 2^63, or of no id, is none', () => {
  for (const id of [0n, 2n ** 63n, 2n ** 64n - 1n]) expect(idOfTinyLink(tinyLinkOf(id))).toBeUndefined();
});

const PIECES = [
  ...[
    '/',
    '//',
    '..',
    '?',
    '#',
    '&',
    '=',
    '@',
    ':',
    '\\',
    ' ',
    '+',
    '%',
    '%2F',
    '%E0',
    '%00',
    '\u0000',
    '\ud800',
    '😀',
  ],
  ...[
    'https:',
    SITE,
    'wiki',
    'spaces',
    'pages',
    'display',
    'x',
    'l',
    'PLAN',
    'viewpage.action',
    'pageId=5',
    '12',
    'AYDT',
  ],
];

test('no text makes it throw, and every id that it finds is one', () => {
  const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(texts, (text) => {
      for (const address of [
        text,
        `${SITE}/${text}`,
        `${SITE}/wiki/${text}`,
        `${SITE}/wiki/spaces/${text}`,
      ]) {
        const found = pageAddress(address, SITE);
        expect('id' in found ? found.id : '1').toMatch(/^[1-9]\d{0,18}$/);
      }
    }),
    { numRuns: 500 },
  );
});
