import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningConfluence, startConfluence } from '../../local/confluence/server.ts';
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
