import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Local, startLocal } from '../../local/run.ts';
import { apiAs } from '../../local/walk/walk-clients.ts';
import { startChromium } from '../support/chromium.ts';

const SCOPES = 'workspaces:read workspaces:admin';
/** The folder for screenshots of the pages. Without it, none are taken. */
const SCREENSHOTS = process.env.SCREENSHOTS;

let dataDir: string;
let local: Local;
let chromium: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'omakase-browser-'));
  [chromium, local] = await Promise.all([
    startChromium(),
    startLocal({ dataDir, port: 0, linearPort: 0, confluence: 'cloud' }),
  ]);
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await local?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  await context?.close();
  context = await chromium.newContext({ viewport: { width: 390, height: 700 } });
  page = await context.newPage();
});

const link = async (sub = 'auth0|owner'): Promise<string> => {
  const api = apiAs(local.outputs.api, await local.token(sub, SCOPES));
  return (await api.post<{ url: string }>('/workspaces/connect-links', {})).url;
};
const shown = async (name: string): Promise<string> => {
  const text = await page.locator('main').innerText();
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  const overflow = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
  expect(overflow, 'the page is wider than a phone').toBe(false);
  return text;
};
const press = (name: string | RegExp) => page.getByRole('button', { name }).click();

test('an owner confirms, approves in Linear, and sees which organization is connected', async () => {
  await page.goto(await link());
  expect(await shown('confirm')).toContain('auth0|owner will own this connection');
  await press('Continue to Linear');
  await page.locator('button[value="approve"]').click();
  expect(await shown('connected')).toContain('Acme is connected');
  expect(page.url()).toContain('/oauth/linear/callback');
  const api = apiAs(local.outputs.api, await local.token('auth0|owner', SCOPES));
  expect(await api.get('/workspaces')).toMatchObject({
    items: [{ connection: 'connected', ownerId: 'auth0|owner' }],
  });
});

test('the cookies of a connect flow cannot be read by scripts or other sites, and are deleted at its end', async () => {
  await page.goto(await link());
  await press('Continue to Linear');
  await page.locator('button[value="approve"]').waitFor();
  const cookies = () => context.cookies();
  expect(await cookies()).toMatchObject([
    { name: '__Host-omakase_page', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' },
    { name: '__Host-omakase_connect', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' },
  ]);
  expect((await cookies()).every(({ domain }) => domain === new URL(local.outputs.api).hostname)).toBe(true);
  await page.locator('button[value="approve"]').click();
  await shown('connected again');
  expect((await cookies()).map(({ name }) => name)).toEqual(['__Host-omakase_page']);
});

test('a person who refuses in Linear sees what happened and how to continue', async () => {
  await page.goto(await link());
  await press('Continue to Linear');
  await page.locator('button[value="deny"]').click();
  const text = await shown('refused');
  expect(text).toContain('Not connected');
  expect(text).toContain('admin');
});

test('an unknown connect link shows a page that says so', async () => {
  await page.goto(new URL('/connect/no-such-link', local.outputs.api).toString());
  expect(await shown('expired')).toContain('expired');
});

test('opening the callback a second time connects nothing', async () => {
  await page.goto(await link());
  await press('Continue to Linear');
  await page.locator('button[value="approve"]').click();
  await shown('connected anew');
  await page.goto(page.url());
  expect(await shown('used')).toContain('already used');
});

test('nobody but its owner can connect an organization again', async () => {
  await page.goto(await link('auth0|stranger'));
  expect(await shown('stranger')).toContain('auth0|stranger will own this connection');
  await press('Continue to Linear');
  await page.locator('button[value="approve"]').click();
  expect(await shown('taken')).toContain('already connected');
  const api = apiAs(local.outputs.api, await local.token('auth0|stranger', SCOPES));
  expect(await api.get('/workspaces')).toEqual({ items: [] });
});
