import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { tinyOf } from '../../../local/confluence/store/addresses.ts';
import { type Harness, startHarness, TINY_PAGE } from '../../support/local-confluence/harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());

const see = (path: string, headers: Record<string, string> = {}) =>
  h.send(h.confluence.url + path, { headers, redirect: 'follow' });
const submit = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  h.send(h.confluence.url + path, { method: 'POST', body: new URLSearchParams(fields), headers });
const stored = (title: string) => {
  const found = [...h.confluence.store.all('Page')].find((one) => one.title === title);
  if (!found) throw new Error(`there is no page ${title}`);
  return found;
};
const EDIT = `/wiki/spaces/PLAN/pages/edit-v2/${TINY_PAGE}`;
const edit = (fields: Record<string, string>) =>
  submit(EDIT, { title: 'Routes', base: '1', do: 'save', ...fields });
const alertOf = (html: string): string => /<p role="alert">([^<]*)</.exec(html)?.[1] ?? '';

test('every form of address leads to its page', async () => {
  const addresses = [
    `/wiki/spaces/PLAN/pages/${TINY_PAGE}`,
    `/wiki/spaces/PLAN/pages/${TINY_PAGE}/Another+title/`,
    `/wiki/spaces/DOCS/pages/${TINY_PAGE}/Routes`,
    `/wiki/pages/viewpage.action?pageId=${TINY_PAGE}#item-1`,
    '/wiki/display/PLAN/Routes',
    `/wiki/x/${tinyOf(TINY_PAGE)}`,
    `/wiki/x/${tinyOf(TINY_PAGE).replace(/\/$/, '')}`,
  ];
  for (const address of addresses) expect((await see(address)).text, address).toContain('<h1>Routes</h1>');
  expect((await see('/wiki/display/PLAN/Features+of%20the+depots')).text).toContain(
    '<h1>Features of the depots<',
  );
  const leadsTo = async (path: string) =>
    (await h.send(h.confluence.url + path, { redirect: 'manual' })).headers.get('location');
  expect(await leadsTo(`/wiki/pages/resumedraft.action?draftId=${TINY_PAGE}`)).toBe(EDIT);
  expect(await leadsTo('/wiki/spaces/PLAN')).toBe('/wiki/spaces/PLAN/overview');
  expect((await see('/wiki/spaces/PLAN/overview')).text).toContain('<h1>Planning home</h1>');
  const missing = [
    '/wiki/x/AAAA',
    '/wiki/x/%ff',
    '/wiki/display/PLAN/Nothing',
    '/wiki/spaces/NONE/overview',
    '/wiki/spaces/PLAN/pages/1',
    '/wiki/elsewhere',
  ];
  for (const path of missing) expect((await see(path)).status, path).toBe(404);
});

test('each person sees what they may, and may edit what they may', async () => {
  const staff = `/wiki/spaces/PLAN/pages/${stored('Staff plan').id}`;
  const signed = stored('Signed plan');
  expect((await see(staff)).status).toBe(200);
  const chiara = [...h.confluence.store.all('Person')].find(({ displayName }) =>
    displayName.startsWith('Chiara'),
  );
  const switched = await submit(
    '/person',
    { id: chiara?.id ?? '' },
    { referer: `${h.confluence.url}//evil.test/x` },
  );
  expect(switched.headers.get('location')).toBe('/evil.test/x');
  const cookie = switched.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await see(staff, { cookie })).status).toBe(404);
  expect((await see('/', { cookie })).text).not.toContain('Staff plan');
  expect((await see('/new', { cookie })).text).not.toContain('Staff plan');
  expect((await see(`/wiki/spaces/PLAN/pages/edit-v2/${signed.id}`, { cookie })).status).toBe(403);
  for (const action of ['trash', 'rename', 'restrict', 'tick'])
    expect((await submit('/page', { page: signed.id, do: action, title: 'Taken' }, { cookie })).status).toBe(
      403,
    );
  expect(
    (await submit('/page', { page: stored('Staff plan').id, do: 'copy', title: 'Leak' }, { cookie })).status,
  ).toBe(404);
  const from = await submit(
    '/new',
    { spaceId: '294916', title: 'Leak', from: stored('Staff plan').id },
    { cookie },
  );
  expect(from.status).toBe(303);
  expect(await h.storageOf(stored('Leak').id)).toBe('');
  expect(stored('Signed plan')).toEqual(signed);
});

test('raw storage is saved as it is, and refused with row and column if it is malformed', async () => {
  const refused = await edit({ tab: 'storage', storage: '<p>a\r\n</b>' });
  expect(refused.status).toBe(422);
  expect(alertOf(refused.text)).toContain('[2,1]');
  expect(refused.text).toContain('&#60;p&#62;a\n&#60;/b&#62;');
  const saved = await edit({
    tab: 'storage',
    storage: '\r\n<h2>One &amp; two</h2>\r\n<p>&nbsp;</p>',
    message: 'By hand',
  });
  expect(saved.status).toBe(303);
  expect(await h.storageOf(TINY_PAGE)).toBe('\n<h2>One &amp; two</h2>\n<p>&nbsp;</p>');
  expect((await h.page(TINY_PAGE)).version).toMatchObject({ number: 2, message: 'By hand' });
});

test('an edit that somebody else overtook says so before it writes over theirs', async () => {
  await h.local(`pages/${TINY_PAGE}/edit`, { storage: '<p>theirs</p>' });
  const overtaken = await edit({ tab: 'storage', storage: '<p>mine</p>' });
  expect(alertOf(overtaken.text)).toContain('Version 2 was published while you edited version 1');
  expect(overtaken.text).toContain('&#60;p&#62;mine');
  expect(await h.storageOf(TINY_PAGE)).toBe('<p>theirs</p>');
  await edit({ tab: 'storage', storage: '<p>mine</p>', base: '2' });
  expect(await h.storageOf(TINY_PAGE)).toBe('<p>mine</p>');
});

test('the text editor leaves line breaks within a text as they are', async () => {
  const storage = '<p>a\r\nb\n\tc</p><h2>d</h2>';
  const saved = await edit({ tab: 'text', storage: JSON.stringify(storage), f0: 'a\r\nb\r\n\tc', f1: 'e' });
  expect(saved.status).toBe(303);
  expect(await h.storageOf(TINY_PAGE)).toMatch(/>a\r\nb\n\tc<\/p>\n?<h2 [^>]*>e<\/h2>/);
  expect((await edit({ tab: 'text', storage: 'not JSON' })).status).toBe(400);
});

test('changes of blocks stay in the form until they are published', async () => {
  const storage = JSON.stringify('<h2>d</h2>');
  const added = await edit({ tab: 'text', storage, f0: 'e', do: 'add:1' });
  expect(added.text).toContain(
    JSON.stringify('<h2>e</h2><p />').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
  );
  expect(added.text).toContain(`formaction="${EDIT}#block-1"`);
  expect((await h.page(TINY_PAGE)).version.number).toBe(1);
  for (const action of ['add:99', 'delete:-1', 'append:none', 'constructor:1', ''])
    expect((await edit({ tab: 'text', storage, do: action })).status, action).toBe(200);
});

test('a page in the trash or the archive is not changed, and says why', async () => {
  for (const title of ['Cancelled plan', 'PI 0 plan']) {
    const page = stored(title);
    expect((await see(`/wiki/spaces/PLAN/pages/edit-v2/${page.id}`)).status).toBe(409);
    const refused = await submit('/page', { page: page.id, do: 'rename', title: 'Other' });
    expect(alertOf(refused.text)).toBe(`The page is ${page.status}, so this cannot be done with it.`);
    expect(stored(title)).toEqual(page);
  }
  expect((await submit('/page', { page: stored('PI 0 plan').id, do: 'unarchive' })).status).toBe(303);
  expect(stored('PI 0 plan').status).toBe('current');
});

test('what the store refuses is shown as a reason', async () => {
  const taken = await submit('/page', { page: TINY_PAGE, do: 'rename', title: 'PI 1 plan' });
  expect(alertOf(taken.text)).toContain('A page with this title already exists');
  const below = await submit('/page', {
    page: stored('Depots').id,
    do: 'move',
    place: `294916:${stored('Winter plan').id}`,
  });
  expect(alertOf(below.text)).toContain('cannot be moved below itself');
  expect((await submit('/new', { spaceId: '294916', title: 'PI 1 plan', from: '' })).status).toBe(422);
  expect((await submit('/page', { page: TINY_PAGE, do: 'constructor' })).status).toBe(400);
});

test('titles of any characters have an address that leads to their page', async () => {
  for (const title of ['100% /?#', 'a+b & "c"', '\ud800', '<b>', 'Ünïcödé 🛗']) {
    await h.local(`pages/${TINY_PAGE}/edit`, { title });
    const { status, text } = await see(`/wiki/pages/viewpage.action?pageId=${TINY_PAGE}`);
    expect(status, title).toBe(200);
    expect(text).toContain(`id ${TINY_PAGE}`);
    expect((await see('/')).status, title).toBe(200);
  }
});

test('a page with more texts than the editor shows is edited in its storage', async () => {
  await h.local(`pages/${TINY_PAGE}/edit`, { storage: '<p>a</p>'.repeat(20_001) });
  expect((await see(EDIT)).text).toContain('The page has 20001 texts, more than this editor shows.');
});

test('a form on another site cannot change anything', async () => {
  const headers = { origin: 'https://evil.test' };
  const forged = await submit('/page', { page: TINY_PAGE, do: 'trash' }, headers);
  expect(forged.status).toBe(403);
  expect(stored('Routes').status).toBe('current');
});
