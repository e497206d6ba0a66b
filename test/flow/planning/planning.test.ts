import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiAs } from '../../../local/walk/walk-clients.ts';
import { SCOPES } from '../../../testing/oauth-flow.ts';
import { pageOf, type Session, siteOf, startPlanning } from '../../../testing/planning.ts';
import { startStack, type TestStack } from '../../../testing/stack.ts';
import { send, startPulling } from '../../support/pulling.ts';

const OWNER = 'auth0|owner';

let stack: TestStack;
let tenant: Awaited<ReturnType<typeof startPulling>>;
let plan: Awaited<ReturnType<typeof startPlanning>>;
let token: string;
beforeAll(async () => {
  stack = await startStack({ confluence: 'local' });
  tenant = await startPulling(stack, OWNER);
  token = await stack.token(OWNER, SCOPES);
  const { workspaceId, project } = tenant;
  plan = await startPlanning(stack, { sub: OWNER, workspaceId, projectId: project.id });
}, 120_000);
afterAll(() => stack?.stop());

const control = (path: string, body: object = {}) =>
  fetch(`${stack.outputs.confluence}/_local/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const create = (body: object) =>
  send(stack, 'POST', `/workspaces/${tenant.workspaceId}/planning-sessions`, {
    token,
    body: { projectId: tenant.project.id, ...body },
  });

describe('a planned page', () => {
  test('is shown as a list by level, as enablers, and as a tree', async () => {
    const { api, path } = plan;
    const list = async (query: string) =>
      (await api.get<{ items: { title: string }[] }>(`${path}/items?${query}`)).items.map(
        ({ title }) => title,
      );
    const all = await list('limit=100');
    const features = await list('level=feature');
    const stories = await list('level=story&limit=100');
    expect(all.length).toBeGreaterThanOrEqual(7);
    expect(new Set([...(await list('level=epic')), ...features, ...stories])).toEqual(new Set(all));
    const enablers = await list('enabler=any');
    expect(enablers.length).toBeGreaterThan(0);
    for (const enabler of enablers) expect(all).toContain(enabler);

    type Node = { title: string; children: Node[] };
    const tree = await api.get<{ items: Node[] }>(`${path}/items?view=tree`);
    const flat = (nodes: Node[]): string[] =>
      nodes.flatMap(({ title, children }) => [title, ...flat(children)]);
    expect(flat(tree.items)).toEqual(all);
    expect(tree.items).toHaveLength(1);
    expect(tree.items[0]?.children.map(({ title }) => title)).toEqual(features);
  });

  test('is shown page by page, each item once', async () => {
    const titles: string[] = [];
    let cursor = '';
    do {
      const page = await plan.api.get<{ items: { title: string }[]; nextCursor?: string }>(
        `${plan.path}/items?limit=3${cursor}`,
      );
      titles.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
    } while (cursor);
    expect(titles).toEqual((await plan.items()).map(({ title }) => title));
  });

  test('is shown to people as Markdown', async () => {
    const text = await plan.api.text(`${plan.path}/items`, 'text/markdown');
    expect(text).toMatch(/^# PI 1 plan\n/);
    for (const { title } of await plan.items()) expect(text).toContain(`**${title}**`);
  });

  test('is read again by the tick, without anybody asking, once its trouble is over', async () => {
    const id = (await plan.api.get<{ confluencePageId: string }>(plan.path)).confluencePageId;
    await control(`pages/${id}/trash`);
    await plan.api.post(`${plan.path}/sync`, {});
    const failed = await plan.when('to fail', ({ status }) => status === 'failed');
    expect(failed.reason?.code).toBe('page_trashed');
    await control(`pages/${id}/restore`);
    await tenant.human.advanceClock(6 * 60_000);
    await plan.when('to be completed', ({ status }) => status === 'completed');
  });

  test('ends, and goes on when it is planned again', async () => {
    const ended = await send(stack, 'DELETE', plan.path, { token });
    expect(ended).toMatchObject({ status: 200, body: { status: 'ended' } });
    expect((await send(stack, 'POST', `${plan.path}/sync`, { token, body: {} })).status).toBe(409);
    const again = await create({ confluencePageUrl: pageOf(stack) });
    expect(again).toMatchObject({ status: 200, body: { id: plan.id } });
    await plan.when('to be completed', ({ status }) => status === 'completed');
  });
});

describe('a page that cannot be planned', () => {
  test.each([
    ['no such page', () => `${stack.outputs.confluence}/wiki/pages/viewpage.action?pageId=9`, 400],
    ['a page that the account may not see', () => pageOf(stack, 'Staff plan'), 400],
    ['a page in the trash', () => pageOf(stack, 'Cancelled plan'), 400],
    ['an archived page', () => pageOf(stack, 'PI 0 plan'), 409],
    ['a folder', () => `${stack.outputs.confluence}/wiki/spaces/PLAN/folder/123`, 400],
    ['a whiteboard', () => `${stack.outputs.confluence}/wiki/spaces/PLAN/whiteboard/123`, 400],
    ['a page of another site', () => 'https://other.atlassian.net/wiki/spaces/PLAN/pages/1/Plan', 400],
    ['a space that may not be planned', () => `${stack.outputs.confluence}/wiki/display/DOCS/Home`, 409],
    ['no address', () => 'the plan', 400],
  ])('%s is refused with what would be right', async (_, address, status) => {
    const answer = await create({ confluencePageUrl: address() });
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    const { detail, errors } = answer.body as { detail: string; errors?: { field: string }[] };
    expect(detail).toMatch(/\. \S|: \S/);
    if (status === 400) expect(errors?.map(({ field }) => field)).toEqual(['confluencePageUrl']);
  });

  test('nor a project or a team of somebody else', async () => {
    const confluencePageUrl = pageOf(stack, 'Routes');
    const project = await create({ confluencePageUrl, projectId: '01ARZ3NDEKTSV4RRFFQ69G5FAV' });
    const team = await create({ confluencePageUrl, teamId: 'another' });
    for (const { status } of [project, team]) expect(status).toBe(400);
  });

  test('nor in a second project', async () => {
    const answer = await create({ confluencePageUrl: pageOf(stack), projectId: tenant.other.id });
    expect(answer.status).toBe(409);
  });
});

test('a page with a veto is read as a plan when somebody insists', async () => {
  const storage =
    '<h2>Attendees</h2><p>Ada</p><h2>Agenda</h2><ul><li>F1: Export (3 SP)</li><li>F2: Import</li></ul>';
  await control('seed', { pages: [{ title: 'Planning meeting', storage }] });
  const { body } = await create({ confluencePageUrl: pageOf(stack, 'Planning meeting') });
  const path = `/planning-sessions/${(body as Session).id}`;
  const api = apiAs(stack.outputs.api, token);
  const read = (outcome: string) =>
    expect.poll(() => api.get<Session>(path), { timeout: 20_000 }).toMatchObject({ outcome });
  await read('not_a_plan');
  expect(await api.get(`${path}/coverage`)).toMatchObject({ seen: { reason: 'veto:meeting-notes' } });
  for (const wrong of [
    {},
    { despiteVeto: null },
    { despiteVeto: true, status: 'completed' },
    { teamId: 'x' },
  ])
    expect((await send(stack, 'PATCH', path, { token, body: wrong })).status, JSON.stringify(wrong)).toBe(
      400,
    );
  const changes = { title: 'Our meeting', despiteVeto: true };
  expect(await send(stack, 'PATCH', path, { token, body: changes })).toMatchObject({
    status: 200,
    body: changes,
  });
  await read('plan');
  expect(await api.get(`${path}/items`)).toMatchObject({ items: [{ title: 'Export' }, { title: 'Import' }] });
  expect(await api.text(`${path}/items`, 'text/markdown')).toMatch(/^# Our meeting\n/);
});

test.each([
  '2027-01-14 Meeting notes',
  'Retrospective, iteration 3',
  'How to read the event feed',
  'Empty page',
  'Plan template',
  'Overview of everything',
  'Status report, week 6',
])('the page “%s” is no plan: it has no item, and the session says what was seen', async (title) => {
  const { body } = await create({ confluencePageUrl: pageOf(stack, title) });
  const { id } = body as Session;
  const api = apiAs(stack.outputs.api, token);
  const path = `/planning-sessions/${id}`;
  await expect.poll(() => api.get<Session>(path), { timeout: 20_000 }).toMatchObject({ status: 'completed' });
  expect(await api.get(`${path}/items`)).toMatchObject({ items: [] });
  expect(await api.get(`${path}/coverage`)).toMatchObject({
    outcome: 'not_a_plan',
    seen: { candidates: expect.any(Number) },
  });
});

test('the secret of the site is in no answer and in no log', async () => {
  const { auth } = siteOf(stack);
  const site = await send(stack, 'GET', `/workspaces/${tenant.workspaceId}/confluence`, { token });
  expect(site.status).toBe(200);
  expect(JSON.stringify(site.body)).not.toContain(auth.clientSecret);
  expect(stack.logs()).not.toContain(auth.clientSecret);
});
