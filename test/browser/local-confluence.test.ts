import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningConfluence, startConfluence } from '../../local/confluence/server.ts';
import { tinyOf } from '../../local/confluence/store/addresses.ts';
import { startChromium } from '../support/chromium.ts';

/** The folder for screenshots of the pages. Without it, none are taken. */
const SCREENSHOTS = process.env.SCREENSHOTS;

const dataDir = mkdtempSync(join(tmpdir(), 'local-confluence-browser-'));
let confluence: RunningConfluence;
let chromium: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [chromium, confluence] = await Promise.all([startChromium(), startConfluence({ port: 0, dataDir })]);
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await confluence?.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  await context?.close();
  await post('/_local/reset', {});
  // Scripts are disabled, because the pages must work without them.
  context = await chromium.newContext({ viewport: { width: 390, height: 800 }, javaScriptEnabled: false });
  page = await context.newPage();
});

const post = (path: string, body: unknown) =>
  fetch(confluence.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const goTo = (path: string) => page.goto(confluence.url + path);
const press = (name: string) => page.getByRole('button', { name, exact: true }).first().click();
const follow = (name: string) => page.getByRole('link', { name, exact: true }).first().click();
const shown = async (name: string): Promise<string> => {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  return page.locator('main').innerText();
};
const stored = (title: string) => {
  const found = [...confluence.store.all('Page')].find((one) => one.title === title);
  if (!found) throw new Error(`there is no page ${title}`);
  return found;
};
const storageOf = (title: string): string =>
  confluence.store.versionsOf(stored(title).id).at(-1)?.storage ?? '';
const restrictOptions = () => page.locator('summary', { hasText: 'Restrict' });

test('a person finds a page, retitles an item, adds a row, and sees it in the history and undone', async () => {
  await goTo('/');
  expect(await shown('home')).toContain('Features of the depots');
  await follow('Features of the depots');
  expect(await shown('view')).toContain('Version 1');
  await follow('Edit');
  const before = storageOf('Features of the depots');
  const cells = page.locator('.block.row').nth(1);
  const title = cells.getByRole('textbox', { name: 'Title', exact: true });
  const old = await title.inputValue();
  await title.fill('A new name & more');
  await cells.locator('summary').click();
  await press('Row below');
  await page
    .locator('.block.row')
    .nth(2)
    .getByRole('textbox', { name: 'Title', exact: true })
    .fill('A row of my own');
  await page.getByLabel('Version comment').fill('Renamed it');
  await shown('edit');
  await press('Publish');

  expect(stored('Features of the depots').version).toBe(2);
  const view = await shown('edited');
  for (const part of ['A new name & more', 'A row of my own', 'Version 2', 'Ada Okafor', 'Renamed it'])
    expect(view).toContain(part);
  await follow('History');
  await follow('Changes');
  const changes = await shown('changes');
  expect(changes).toContain(old);
  expect(changes).toContain('A row of my own');
  await page.goBack();
  await press('Restore version 1');
  expect(storageOf('Features of the depots')).toBe(before);
  expect(stored('Features of the depots').version).toBe(3);
});

test('a task is ticked, a label added, and the page renamed, moved, restricted, trashed and restored', async () => {
  await goTo(`/wiki/pages/viewpage.action?pageId=${stored('Door and cable stories').id}`);
  await post('/_local/clock', { advanceMs: 2000 });
  const box = page.getByRole('checkbox', { name: /^To do/ }).first();
  const name = (await box.getAttribute('aria-label')) ?? '';
  await box.click();
  expect(await page.getByRole('checkbox', { name: name.replace('To do', 'Done') }).count()).toBe(1);
  expect(storageOf('Door and cable stories')).toContain('<ac:task-status>complete</ac:task-status>');
  await page.getByLabel('Label to add').fill('pi-2');
  await press('Add label');
  expect(stored('Door and cable stories').labels.map((label) => label.name)).toContain('pi-2');
  await page.locator('summary', { hasText: 'Rename' }).click();
  await page.getByLabel('New title').fill('Door stories');
  await press('Rename');
  await page.locator('summary', { hasText: 'Move' }).click();
  await page.getByLabel('Below').selectOption({ label: 'Depots' });
  await press('Move');
  expect(stored('Door stories').parentId).toBe(stored('Depots').id);
  await restrictOptions().click();
  await page.locator('input[name=update]').first().check();
  await shown('manage');
  await press('Restrict');
  expect(stored('Door stories').restrictions.update).toHaveLength(1);
  await page.locator('summary', { hasText: 'Trash' }).click();
  await press('Move it to the trash');
  expect(await shown('trashed')).toContain('This page is in the trash.');
  await press('Restore');
  expect(stored('Door stories').status).toBe('current');
});

test('each person sees what they may, and may edit what they may', async () => {
  await goTo('/');
  await page.getByLabel('Who you are').selectOption('Chiara Conti');
  await press('Switch');
  expect(await shown('as somebody else')).not.toContain('Staff plan');
  await goTo(`/wiki/spaces/PLAN/pages/${stored('Staff plan').id}`);
  expect(await page.getByRole('alert').innerText()).toContain('you may not see it');
  await goTo(`/wiki/spaces/PLAN/pages/${stored('Signed plan').id}`);
  expect(await page.getByRole('link', { name: 'Edit', exact: true }).count()).toBe(0);
  await goTo(`/wiki/spaces/PLAN/pages/edit-v2/${stored('Signed plan').id}`);
  expect(await page.getByRole('alert').innerText()).toBe('You may not edit this page.');
});

test('a new page begins with a template, whose placeholders give way to what is typed', async () => {
  await goTo('/new');
  await page.getByLabel('Title').fill('PI 5 plan');
  await page.getByLabel('Begin with').selectOption('Plan template');
  await shown('new');
  await press('Create');
  await page.getByPlaceholder('Name of the epic').fill('Quiet lifts');
  await shown('template');
  await press('Publish');
  expect(storageOf('PI 5 plan')).toMatch(/<h1 [^>]*>Quiet lifts<\/h1>/);
  expect(storageOf('PI 5 plan')).toContain('<ac:placeholder>Name of the feature</ac:placeholder>');
});

test('raw storage is saved as it is, and refused with row and column if it is malformed', async () => {
  const path = `/wiki/spaces/PLAN/pages/edit-v2/${stored('Routes').id}?tab=storage`;
  await goTo(path);
  await page.getByLabel('Storage').fill('<p>a\n</b>');
  await press('Publish');
  expect(await page.getByRole('alert').innerText()).toContain('[2,1]');
  const storage = '\n<h2>One &amp; two</h2>\n<p>&nbsp;</p>';
  await page.getByLabel('Storage').fill(storage);
  await press('Publish');
  expect(storageOf('Routes')).toBe(storage);
});

test('an edit that somebody else overtook says so before it writes over theirs', async () => {
  const { id } = stored('Routes');
  await goTo(`/wiki/spaces/PLAN/pages/edit-v2/${id}?tab=storage`);
  await post(`/_local/pages/${id}/edit`, { storage: '<p>theirs</p>' });
  await page.getByLabel('Storage').fill('<p>mine</p>');
  await press('Publish');
  expect(await page.getByRole('alert').innerText()).toContain('Version 2 was published while you edited');
  expect(storageOf('Routes')).toBe('<p>theirs</p>');
  await press('Publish');
  expect(storageOf('Routes')).toBe('<p>mine</p>');
});

test('the text editor leaves line breaks within a text as they are', async () => {
  const { id } = stored('Routes');
  await post(`/_local/pages/${id}/edit`, { storage: '<p>a\r\nb\n\tc</p><h2>d</h2>' });
  await goTo(`/wiki/spaces/PLAN/pages/edit-v2/${id}`);
  await page.getByRole('textbox', { name: 'Heading 2' }).fill('e');
  await press('Publish');
  expect(storageOf('Routes')).toMatch(/>a\r\nb\n\tc<\/p>\n?<h2 [^>]*>e<\/h2>/);
});

test('every form of address leads to its page', async () => {
  const { id } = stored('Routes');
  const addresses = [
    `/wiki/spaces/PLAN/pages/${id}`,
    `/wiki/spaces/PLAN/pages/${id}/Another+title/`,
    `/wiki/spaces/DOCS/pages/${id}/Routes`,
    `/wiki/pages/viewpage.action?pageId=${id}#item-1`,
    '/wiki/display/PLAN/Routes',
    `/wiki/x/${tinyOf(id)}`,
    `/wiki/x/${tinyOf(id).replace(/\/$/, '')}`,
  ];
  for (const address of addresses) {
    const response = await fetch(confluence.url + address);
    expect(await response.text(), address).toContain('<h1>Routes</h1>');
  }
  const redirected = async (path: string) => (await fetch(confluence.url + path)).url;
  expect(await redirected(`/wiki/pages/resumedraft.action?draftId=${id}`)).toContain(`/edit-v2/${id}`);
  expect(await redirected('/wiki/spaces/PLAN')).toBe(`${confluence.url}/wiki/spaces/PLAN/overview`);
  const missing = [
    '/wiki/x/AAAA',
    '/wiki/display/PLAN/Nothing',
    '/wiki/spaces/NONE/overview',
    '/wiki/spaces/%ff/pages',
  ];
  for (const path of missing) expect((await fetch(confluence.url + path)).status, path).toBe(404);
});

test('pages of every kind fit a phone, load nothing and run nothing', async () => {
  await context.close();
  // Scripts are enabled, so that what runs would be seen.
  context = await chromium.newContext({ viewport: { width: 390, height: 800 } });
  page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const evil = '"><img src=x onerror="document.title=1"><script>document.title=2</script>';
  const text = evil.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const { id } = stored('Routes');
  await post(`/_local/pages/${id}/edit`, {
    title: `Title ${evil}`,
    storage: `<h2>${text}</h2><p><a href="javascript:document.title=3">x</a></p><ac:image><ri:url ri:value="https://evil.test/a.png" /></ac:image>`,
  });
  const kinds = [
    'PI 1 plan',
    'Features of the depots',
    'Control room requirements',
    'Door and cable stories',
  ];
  const others = [
    'Night and weekend watch',
    'Remote reset',
    'PI 3 draft',
    'PI 0 plan',
    'Cancelled plan',
    'Overview of everything',
    'Plan template',
  ];
  const paths = [
    '/',
    '/new',
    '/activity',
    '/wiki/spaces/PLAN/pages',
    `/wiki/pages/viewpreviousversions.action?pageId=${id}`,
    `/wiki/pages/diffpagesbyversion.action?pageId=${id}&from=1&to=2`,
    `/wiki/pages/diffpagesbyversion.action?pageId=${id}&from=1&to=2&markup=1`,
    `/wiki/spaces/PLAN/pages/${id}`,
    `/wiki/spaces/PLAN/pages/edit-v2/${id}?tab=storage`,
    ...[...kinds, ...others].map((title) => `/wiki/spaces/PLAN/pages/${stored(title).id}`),
    ...kinds.map((title) => `/wiki/spaces/PLAN/pages/edit-v2/${stored(title).id}`),
  ];
  for (const path of paths) {
    const response = await goTo(path);
    expect(response?.status(), path).toBe(200);
    expect(response?.headers()['content-security-policy'], path).toContain("default-src 'none'");
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), path).toBe(false);
    expect(await page.locator('img, script, a[href^="javascript"]').count(), path).toBe(0);
    expect(await page.title()).not.toMatch(/^[1-3]$/);
  }
  expect(asked.filter((url) => !url.startsWith(confluence.url))).toEqual([]);
});

test('a form on another site cannot change anything', async () => {
  const body = new URLSearchParams({ page: stored('Routes').id, do: 'trash' });
  const forged = await fetch(`${confluence.url}/page`, {
    method: 'POST',
    body,
    headers: { origin: 'https://evil.test' },
  });
  expect(forged.status).toBe(403);
  expect(stored('Routes').status).toBe('current');
});
