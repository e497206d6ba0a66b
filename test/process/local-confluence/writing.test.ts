import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type Harness,
  HUGE_ID,
  PLAN_PAGE,
  PLAN_SPACE,
  startHarness,
  TASK_PAGE,
} from '../../support/local-confluence/harness.ts';

let h: Harness;
beforeAll(async () => {
  h = await startHarness();
});
afterEach(() => h.reset());
afterAll(() => h.close());

const titleOf = (answer: { body: { errors: { title: string }[] } }) => answer.body.errors[0]?.title;
const idOf = async (title: string): Promise<string> =>
  (await h.get(`/api/v2/pages?status=current,archived,trashed&title=${encodeURIComponent(title)}`)).body
    .results[0].id;

test('an update answers the page with its body, one version on', async () => {
  const answer = await h.put(PLAN_PAGE, {
    ...h.storage('<p>New</p>'),
    version: { number: 2, message: 'by us' },
  });
  expect(answer).toMatchObject({
    status: 200,
    body: { version: { number: 2, message: 'by us' }, body: { storage: { value: '<p>New</p>' } } },
  });
  expect(
    (await h.get(`/api/v2/pages/${PLAN_PAGE}?version=1&body-format=storage`)).body.body.storage.value,
  ).toContain('Lift engineers');
});

test.each([1, 3, 7])('the version number %i is a conflict in the words of Confluence', async (number) => {
  const answer = await h.put(PLAN_PAGE, { ...h.storage('<p>x</p>'), version: { number } });
  expect(answer.status).toBe(409);
  expect(answer.body.errors[0]).toMatchObject({
    code: 'CONFLICT',
    title: `Version must be incremented when updating a page. Current Version: [1]. Provided version: [${number}]`,
  });
});

test('an update that changes nothing makes no version, unless a switch says so', async () => {
  const before = await h.page(PLAN_PAGE);
  const same = await h.put(PLAN_PAGE, { version: { number: 2, message: 'lost' } });
  expect(same).toMatchObject({ status: 200, body: { version: before.version } });
  await h.switchTo({ unchangedPut: 'new-version' });
  expect((await h.put(PLAN_PAGE)).body.version.number).toBe(2);
});

test('every required field of an update is named if it is missing or wrong', async () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ id: undefined }, 'id'],
    [{ id: HUGE_ID }, 'id'],
    [{ status: undefined }, 'status'],
    [{ status: 'trashed' }, 'status'],
    [{ title: undefined }, 'title'],
    [{ title: '' }, 'title'],
    [{ title: 'x'.repeat(256) }, '255'],
    [{ body: undefined }, 'body'],
    [{ body: { representation: 'storage' } }, 'body.value'],
    [{ version: undefined }, 'version.number'],
    [{ version: { number: '2' } }, 'version.number'],
    [{ version: { number: 2, message: 'x'.repeat(256) }, ...h.storage('<p>y</p>') }, 'message'],
    [{ spaceId: '294920' }, 'space'],
    [{ parentId: '295030' }, 'parent'],
    [{ parentId: PLAN_PAGE }, 'below itself'],
  ];
  for (const [change, word] of cases) {
    const answer = await h.put(PLAN_PAGE, change);
    expect(answer.status, JSON.stringify(change)).toBe(400);
    expect(titleOf(answer)).toContain(word);
  }
  expect((await h.put(PLAN_PAGE, { body: { representation: 'atlas_doc_format', value: '{}' } })).status).toBe(
    501,
  );
  expect((await h.page(PLAN_PAGE)).version.number).toBe(1);
  await h.switchTo({ messageLimit: 'truncate' });
  const cut = await h.put(PLAN_PAGE, {
    ...h.storage('<p>y</p>'),
    version: { number: 2, message: 'x'.repeat(256) },
  });
  expect(cut.body.version.message).toHaveLength(255);
});

test('a body may be given below the name of its representation', async () => {
  const nested = { body: { storage: { representation: 'storage', value: '<p>nested</p>' } } };
  expect((await h.put(PLAN_PAGE, nested)).status).toBe(200);
  expect(await h.storageOf(PLAN_PAGE)).toBe('<p>nested</p>');
});

test('malformed storage is refused with its row and column, and changes nothing', async () => {
  const answer = await h.put(PLAN_PAGE, h.storage('<p>one</p>\n<p>two<br></p>'));
  expect(answer.status).toBe(400);
  expect(titleOf(answer)).toMatch(/Error parsing xhtml: .*\n at \[row,col \{unknown-source\}\]: \[2,\d+\]/);
  expect((await h.page(PLAN_PAGE)).version.number).toBe(1);
});

test('macros get ids and void tags a blank, and nothing else changes', async () => {
  const macro =
    '<ac:structured-macro ac:name="status"><ac:parameter ac:name="title">A &amp; b</ac:parameter></ac:structured-macro>';
  await h.put(PLAN_PAGE, h.storage(`<p local-id="abc">Caf&eacute; 'x'<br/>${macro}</p><hr/>`));
  const stored = await h.storageOf(PLAN_PAGE);
  expect(stored.replace(/ac:macro-id="[0-9a-f-]{36}"/, 'ID')).toBe(
    `<p local-id="abc">Caf&eacute; 'x'<br />${macro.replace('"status"', '"status" ac:schema-version="1" ID')}</p><hr />`,
  );
  expect((await h.put(PLAN_PAGE)).body.version.number).toBe(2);
});

test.each([400, 409] as const)(
  'a taken title is answered with %i, also if its page is in the trash',
  async (status) => {
    await h.switchTo({ updateTitleTaken: status });
    for (const title of ['Routes', 'Cancelled plan', 'PI 0 plan', 'Staff plan', 'rOUTES']) {
      const answer = await h.put(PLAN_PAGE, { title });
      expect(answer.status, title).toBe(status);
      expect(titleOf(answer)).toContain('A page already exists with the same TITLE in this space');
    }
    expect((await h.put(PLAN_PAGE, { title: 'pi 1 PLAN' })).status).toBe(200);
  },
);

test('an update of a page in the trash restores it and ignores the rest', async () => {
  const id = await idOf('Cancelled plan');
  expect((await h.get(`/api/v2/pages/${id}`)).body.status).toBe('trashed');
  const before = await h.storageOf(id);
  expect((await h.put(id, { version: { number: 1 } })).status).toBe(409);
  const answer = await h.put(id, { ...h.storage('<p>ignored</p>'), title: 'Ignored' });
  expect(answer).toMatchObject({ status: 200, body: { status: 'current', title: 'Cancelled plan' } });
  expect(await h.storageOf(id)).toBe(before);
});

test('an archived page refuses updates, and a live document does so by a switch', async () => {
  const archived = await h.put(await idOf('PI 0 plan'), h.storage('<p>x</p>'));
  expect(archived.status).toBe(404);
  expect(titleOf(archived)).toContain('Can not find draft with current content');
  const live = await idOf('PI 4 live');
  for (const livePut of [409, 400]) {
    await h.switchTo({ livePut });
    expect((await h.put(live, h.storage('<p>x</p>'))).status).toBe(livePut);
  }
  await h.switchTo({ livePut: 'as-page' });
  expect((await h.put(live, h.storage('<p>x</p>'))).status).toBe(200);
});

test('a move is a version of its own, or none by a switch, and not below the page itself', async () => {
  const [depots, north] = [await idOf('Depots'), await idOf('Depot North')];
  expect((await h.put(depots, { parentId: north })).status).toBe(400);
  const moved = await h.put(north, { parentId: PLAN_PAGE });
  expect(moved.body).toMatchObject({ parentId: PLAN_PAGE, version: { number: 2 } });
  await h.switchTo({ moveMakesVersion: false });
  const back = await h.put(north, { parentId: depots });
  expect(back.body).toMatchObject({ parentId: depots, version: { number: 2 } });
  const both = await h.put(north, { parentId: PLAN_PAGE, ...h.storage('<p>x</p>') });
  expect(both.body).toMatchObject({ parentId: PLAN_PAGE, version: { number: 3 } });
});

test('a title can be changed alone', async () => {
  const path = `/api/v2/pages/${PLAN_PAGE}/title`;
  const answer = await h.api('PUT', path, { status: 'current', title: 'PI 1, renamed' });
  expect(answer.body).toMatchObject({ title: 'PI 1, renamed', version: { number: 2 } });
});

test('a draft stands beside its page until it is published', async () => {
  await h.local(`pages/${PLAN_PAGE}/draft`, { title: 'PI 1, draft', storage: '<p>draft</p>' });
  expect((await h.page(PLAN_PAGE)).title).toBe('PI 1 plan');
  const draft = await h.get(`/api/v2/pages/${PLAN_PAGE}?get-draft=true&body-format=storage`);
  expect(draft.body).toMatchObject({
    status: 'draft',
    title: 'PI 1, draft',
    version: { number: 1 },
    body: { storage: { value: '<p>draft</p>' } },
  });
  expect((await h.local(`pages/${PLAN_PAGE}/publish`)).version).toBe(2);
  expect(await h.storageOf(PLAN_PAGE)).toBe('<p>draft</p>');
  const ours = await h.put(PLAN_PAGE, {
    status: 'draft',
    ...h.storage('<p>ours</p>'),
    version: { number: 1 },
  });
  expect(ours.body).toMatchObject({ status: 'draft', version: { number: 1 } });
  expect((await h.page(PLAN_PAGE)).version.number).toBe(2);
  await h.local(`pages/${PLAN_PAGE}/discard`);
});

test('a page that was never published is a draft of version 1 until it is', async () => {
  const values = { spaceId: PLAN_SPACE, title: 'Begun', status: 'draft', ...h.storage('<p>a</p>') };
  const { id } = (await h.api('POST', '/api/v2/pages', values)).body;
  expect((await h.get(`/api/v2/pages/${id}`)).body.status).toBe('draft');
  expect((await h.get(`/api/v2/pages?id=${id}`)).body.results).toEqual([]);
  const version = { number: 1 };
  await h.put(id, { status: 'draft', ...h.storage('<p>b</p>'), version });
  expect(await h.page(id)).toMatchObject({ status: 'draft', body: { storage: { value: '<p>b</p>' } } });
  expect((await h.put(id, { ...h.storage('<p>c</p>'), version: { number: 2 } })).status).toBe(409);
  const published = await h.put(id, { ...h.storage('<p>c</p>'), version });
  expect(published.body).toMatchObject({ status: 'current', version });
  expect((await h.put(id, h.storage('<p>d</p>'))).body.version.number).toBe(2);
});

test('a parent must be a published page of the same space', async () => {
  for (const title of ['Cancelled plan', 'PI 0 plan'])
    expect((await h.put(PLAN_PAGE, { parentId: await idOf(title) })).status, title).toBe(400);
  await h.local('pages/295028/trash');
  const orphan = await h.api('POST', '/api/v2/pages', {
    spaceId: PLAN_SPACE,
    title: 'Rootless',
    ...h.storage(''),
  });
  expect(orphan.body.parentId).toBeNull();
  for (const parentId of ['1', '295030', '295028'])
    expect((await h.put(PLAN_PAGE, { parentId })).status).toBe(400);
});

test('the switches decide what a write does to storage', async () => {
  const macro = '<ac:structured-macro ac:name="toc" ac:schema-version="1" ac:macro-id="m1" />';
  const cases: [Record<string, unknown>, string, string | RegExp][] = [
    [
      { macroIds: 'kept-as-sent' },
      '<ac:structured-macro ac:name="toc" />',
      /^<ac:structured-macro ac:name="toc" \/>$/,
    ],
    [{ macroIds: 'renewed' }, macro, /ac:macro-id="[0-9a-f-]{36}"/],
    [{ macroIds: 'added' }, macro, macro],
    [{ unknownLocalIds: 'stripped' }, '<p local-id="invented">x</p>', '<p>x</p>'],
    [{ quotes: 'curled' }, "<p>it's</p>", '<p>it’s</p>'],
    [{ entities: 'decoded' }, '<p>&uuml;&amp;</p>', '<p>ü&amp;</p>'],
    [
      { versionAtSave: 'added' },
      '<p><ac:link><ri:page ri:content-title="Routes" /></ac:link></p>',
      /ri:version-at-save="\d+"/,
    ],
  ];
  for (const [switches, sent, stored] of cases) {
    await h.switchTo(switches);
    await h.put(PLAN_PAGE, h.storage(sent));
    const value = await h.storageOf(PLAN_PAGE);
    if (typeof stored === 'string') expect(value).toBe(stored);
    else expect(value).toMatch(stored);
  }
});

test('a page is created, trashed, restored and purged', async () => {
  const values = { spaceId: PLAN_SPACE, title: 'Made', status: 'current', ...h.storage('<p>x</p>') };
  const made = await h.api('POST', '/api/v2/pages', values);
  expect(made).toMatchObject({ status: 200, body: { version: { number: 1 }, parentId: '295028' } });
  expect((await h.api('POST', '/api/v2/pages', values)).status).toBe(400);
  const { id } = made.body;
  expect((await h.api('DELETE', `/api/v2/pages/${id}`)).status).toBe(401);
  await h.local(`pages/${id}/trash`);
  expect((await h.get(`/api/v2/pages/${id}`)).body.status).toBe('trashed');
  expect((await h.get(`/api/v2/pages?id=${id}`)).body.results).toEqual([]);
  await h.local(`pages/${id}/purge`);
  expect((await h.get(`/api/v2/pages/${id}`)).status).toBe(404);
  const again = await h.api('POST', '/api/v2/pages', values);
  expect(BigInt(again.body.id)).toBeGreaterThan(BigInt(id));
  const token = await h.newToken(
    await h.local('applications', { name: 'Cleaner', scopes: ['delete:page:confluence'] }),
  );
  const remove = (query: string) =>
    h.api('DELETE', `/api/v2/pages/${again.body.id}${query}`, undefined, {
      authorization: `Bearer ${token}`,
    });
  expect((await remove('?purge=true')).status).toBe(400);
  expect((await remove('')).status).toBe(204);
  expect((await remove('?purge=true')).status).toBe(204);
  expect((await remove('')).status).toBe(404);
});

test('a tick rewrites its own element, and makes a version only by a switch', async () => {
  const before = await h.storageOf(TASK_PAGE);
  const tasks = (await h.get(`/api/v2/tasks?page-id=${TASK_PAGE}`)).body.results;
  expect(tasks).toHaveLength(3);
  expect(tasks.map(({ id }: { id: string }) => id)).toContain('9007199254740997');
  expect(tasks[0]).not.toHaveProperty('blogPostId');
  const tick = (id: string, status: string) => h.api('PUT', `/api/v2/tasks/${id}`, { status });
  const ticked = await tick('9007199254740997', 'complete');
  expect(ticked.body).toMatchObject({ status: 'complete', localId: '1' });
  expect(ticked.body.completedAt).toBeTruthy();
  expect(ticked.body.completedBy).toBe((await h.get('/rest/api/user/current')).body.accountId);
  const after = await h.page(TASK_PAGE);
  expect(after.version.number).toBe(1);
  expect(after.body.storage.value).toBe(before.replace('>incomplete<', '>complete<'));
  await h.switchTo({ taskMakesVersion: true });
  await tick('9007199254740997', 'incomplete');
  expect(await h.page(TASK_PAGE)).toMatchObject({
    version: { number: 2 },
    body: { storage: { value: before } },
  });
  expect((await tick('9007199254740997', 'done')).status).toBe(400);
  expect((await tick('9007199254740996', 'complete')).status).toBe(404);
});

test('the tasks of a changed page show up after a while, under the ids that they had', async () => {
  const ids = (await h.all(`/api/v2/tasks?page-id=${TASK_PAGE}`)).sort();
  await h.put(TASK_PAGE, h.storage((await h.storageOf(TASK_PAGE)).replace('(2 SP)', '(3 SP)')));
  const bodies = async () => JSON.stringify((await h.get(`/api/v2/tasks?page-id=${TASK_PAGE}`)).body.results);
  expect(await bodies()).toContain('(2 SP)');
  await h.advance(500);
  expect(await bodies()).toContain('(3 SP)');
  expect((await h.all(`/api/v2/tasks?page-id=${TASK_PAGE}`)).sort()).toEqual(ids);
});

test('a property has one key, a version of its own and at most 32 KB', async () => {
  const path = `/api/v2/pages/${PLAN_PAGE}/properties`;
  const post = (key: unknown, value: unknown) => h.api('POST', path, { key, value });
  const { id } = (await post('plan.map', { list: [1, null, 'x'] })).body;
  expect((await post('plan.map', 1)).body.errors[0]).toMatchObject({
    code: 'CONFLICT',
    title: 'Property with key [plan.map] already exists',
  });
  expect((await post('content-appearance-published', 1)).status).toBe(409);
  const limit = 32 * 1024;
  expect((await post('large', 'x'.repeat(limit - 2))).status).toBe(200);
  expect((await post('larger', 'x'.repeat(limit - 1))).status).toBe(400);
  for (const key of ['', 7, 'k'.repeat(256)]) expect((await post(key, 1)).status).toBe(400);
  const put = (number: number) =>
    h.api('PUT', `${path}/${id}`, { key: 'plan.map', value: 2, version: { number } });
  expect((await put(3)).status).toBe(409);
  expect((await put(2)).body).toMatchObject({ value: 2, version: { number: 2 } });
  expect((await put(2)).status).toBe(409);
  expect((await h.page(PLAN_PAGE)).version.number).toBe(1);
  expect((await h.api('DELETE', `${path}/${id}`)).status).toBe(204);
  expect((await h.get(`${path}/${id}`)).status).toBe(404);
  expect((await post('plan.map', 1)).body.id).not.toBe(id);
  const foreign = await h.get(`/api/v2/pages/${HUGE_ID}/properties/9007199254740995`);
  expect(foreign.body).toMatchObject({ key: 'page-title-property-published', value: { emoji: '1f6d7' } });
});

test("Confluence's own properties appear a moment after a page, and hold their keys before", async () => {
  const values = { spaceId: PLAN_SPACE, title: 'Made', ...h.storage('') };
  const { id } = (await h.api('POST', '/api/v2/pages', values)).body;
  const path = `/api/v2/pages/${id}/properties`;
  expect((await h.get(path)).body.results).toEqual([]);
  expect((await h.api('POST', path, { key: 'editor', value: 'v2' })).status).toBe(409);
  await h.advance(500);
  expect((await h.get(path)).body.results).toHaveLength(2);
});
