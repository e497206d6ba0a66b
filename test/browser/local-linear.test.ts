import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RunningLinear, startLinear } from '../../local/linear/server.ts';
import { startChromium } from '../support/chromium.ts';

/** The folder for screenshots of the pages. Without it, none are taken. */
const SCREENSHOTS = process.env.SCREENSHOTS;

const dataDir = mkdtempSync(join(tmpdir(), 'local-linear-browser-'));
let linear: RunningLinear;
let chromium: Browser;
let context: BrowserContext;
let page: Page;
let asked: string[];

beforeAll(async () => {
  [chromium, linear] = await Promise.all([startChromium(), startLinear({ port: 0, dataDir })]);
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await linear?.close();
  rmSync(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  await context?.close();
  await post('/_local/reset', {});
  // Scripts are disabled, because the pages must work without them.
  context = await chromium.newContext({ viewport: { width: 1200, height: 800 }, javaScriptEnabled: false });
  page = await context.newPage();
  asked = [];
  page.on('request', (request) => asked.push(request.url()));
});

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(linear.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return JSON.parse(await response.text());
};
const graphql = async (query: string, variables = {}, authorization = linear.adminKey) =>
  (await post('/graphql', { query, variables }, { authorization })).data;
const shown = async (name: string) => {
  if (SCREENSHOTS) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  return page.locator('main').innerText();
};
const goTo = (path: string) => page.goto(linear.url + path);
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();

test('the local Linear shows teams, projects and issues with state and labels', async () => {
  await goTo('/');
  const side = await page.locator('nav').innerText();
  for (const name of ['Acme', 'Engineering', 'Operations', 'Checkout revamp', 'Reliability'])
    expect(side).toContain(name);
  const list = await shown('issues');
  for (const part of ['Apple Pay on the checkout page', 'Todo', 'omakase']) expect(list).toContain(part);
  expect(await page.locator('.issues li').count()).toBe(8);
  await page.getByRole('link', { name: 'Operations' }).click();
  expect(await page.locator('.issues li').count()).toBe(2);
  await page.getByRole('link', { name: 'Checkout revamp' }).click();
  expect(await shown('project')).toContain('Gift cards at checkout');
  await page.getByRole('link', { name: 'omakase' }).first().click();
  expect(await page.locator('.issues li').count()).toBe(2);
  await page.getByRole('link', { name: 'Projects' }).click();
  expect(await shown('projects')).toContain('Engineering, Operations');
});

test('a visitor creates an issue, adds the label, moves it and comments', async () => {
  await goTo('/');
  await page.getByText('New issue').click();
  await page.getByLabel('Title').fill('Pay by invoice');
  await page.getByLabel('Description').fill('* for companies');
  await page.getByLabel('Project').selectOption('Checkout revamp');
  await shown('new issue');
  await press('Create issue');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Pay by invoice');
  await page.getByLabel('Label to add').selectOption('omakase');
  await press('Add label');
  await page.getByLabel('State to move to').selectOption('In Progress');
  await press('Move');
  await page.getByLabel('New comment').fill('Who takes this?\nI do.');
  await press('Comment');
  const text = await shown('issue');
  for (const part of [
    '- for companies',
    'In Progress',
    'omakase',
    'Ana Silva',
    'Who takes this?',
    'Checkout revamp',
  ])
    expect(text).toContain(part);

  const filter = { title: { eq: 'Pay by invoice' } };
  const query = `query($filter: IssueFilter) { issues(filter: $filter) { nodes {
    state { name } labels { nodes { name } } creator { name } comments { nodes { body } } project { name } } } }`;
  expect((await graphql(query, { filter })).issues.nodes).toEqual([
    {
      state: { name: 'In Progress' },
      labels: { nodes: [{ name: 'omakase' }] },
      creator: { name: 'Ana Silva' },
      comments: { nodes: [{ body: 'Who takes this?\nI do.' }] },
      project: { name: 'Checkout revamp' },
    },
  ]);
  await press('Remove label omakase');
  await press('Delete');
  expect(await shown('deleted')).toContain('in the bin');
  expect((await graphql(query, { filter })).issues.nodes).toEqual([]);
  await press('Restore');
  expect((await graphql(query, { filter })).issues.nodes).toMatchObject([{ labels: { nodes: [] } }]);
});

test('an issue shows what blocks it and what it blocks, with links', async () => {
  const { issues } = await graphql('{ issues(first: 3) { nodes { id identifier title } } }');
  const [a, b, c] = issues.nodes;
  const relate = (issueId: string, relatedIssueId: string, type: string) =>
    graphql(
      'mutation($input: IssueRelationCreateInput!) { issueRelationCreate(input: $input) { success } }',
      {
        input: { issueId, relatedIssueId, type },
      },
    );
  await relate(a.id, b.id, 'blocks');
  await relate(c.id, b.id, 'related');
  await goTo(`/issue?id=${b.identifier}`);
  const blocked = await shown('blocked');
  expect(blocked).toMatch(/Blocked by/i);
  expect(blocked).not.toMatch(/\bBlocks\b/i);
  expect(blocked.split(/\bRelated\b/i).map((part) => part.includes(c.title))).toEqual([false, true]);
  await page.getByRole('link', { name: `${a.identifier} ${a.title}` }).click();
  const blocking = await shown('blocking');
  expect(blocking).toMatch(/\bBlocks\b/i);
  expect(blocking).not.toMatch(/Blocked by/i);
  expect(await page.getByRole('link', { name: `${b.identifier} ${b.title}` }).count()).toBe(1);
});

test('reloading a page shows the latest changes', async () => {
  const { issues } = await graphql('{ issues(first: 1) { nodes { id identifier } } }');
  const [{ id, identifier }] = issues.nodes;
  await goTo(`/issue?id=${identifier}`);
  const create = 'mutation($input: CommentCreateInput!) { commentCreate(input: $input) { success } }';
  await graphql(create, { input: { issueId: id, body: 'From elsewhere' } });
  expect(await shown('before')).not.toContain('From elsewhere');
  await page.reload();
  expect(await shown('after')).toContain('From elsewhere');
});

test('markup in titles, names, comments and links is shown as text', async () => {
  const evil = '"><img src=x onerror="document.title=1"><script>document.title=2</script>';
  const { teams } = await graphql('{ teams { nodes { id } } }');
  const teamId = teams.nodes[0].id;
  const project = { name: `Project ${evil}`, teamIds: [teamId] };
  const made = await graphql(
    `mutation($project: ProjectCreateInput!, $label: IssueLabelCreateInput!) {
      projectCreate(input: $project) { project { id } }
      issueLabelCreate(input: $label) { issueLabel { id } } }`,
    { project, label: { name: `Label ${evil}`, color: '"/><script>document.title=3</script>' } },
  );
  const labelIds = [made.issueLabelCreate.issueLabel.id];
  const projectId = made.projectCreate.project.id;
  const { issueCreate } = await graphql(
    'mutation($input: IssueCreateInput!) { issueCreate(input: $input) { issue { id identifier } } }',
    { input: { teamId, title: `Title ${evil}`, description: evil, labelIds, projectId } },
  );
  const { id, identifier } = issueCreate.issue;
  await graphql(
    `mutation($c: CommentCreateInput!, $a: AttachmentCreateInput!) {
      commentCreate(input: $c) { success } attachmentCreate(input: $a) { success } }`,
    {
      c: { issueId: id, body: evil },
      a: { issueId: id, title: `Link ${evil}`, url: 'javascript:document.title=4' },
    },
  );
  await context.close();
  // Scripts are enabled, so that markup in the data would run if it were not escaped.
  context = await chromium.newContext({ viewport: { width: 1200, height: 800 } });
  page = await context.newPage();
  for (const path of ['/', '/projects', `/issue?id=${identifier}`, `/?label=${labelIds[0]}`, '/activity']) {
    await goTo(path);
    expect(await page.locator('img, script').count(), path).toBe(0);
    expect(await page.title()).not.toMatch(/^[1-4]$/);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
  }
  await goTo(`/issue?id=${identifier}`);
  const text = await shown('markup as text');
  expect(text).toContain(`Title ${evil}`);
  expect(text).toContain(`Label ${evil}`);
  const header = (await fetch(`${linear.url}/`)).headers.get('content-security-policy');
  expect(header).toContain("default-src 'none'");
});

test('the page shows why Linear refuses an action', async () => {
  const { issues } = await graphql(
    '{ issues(first: 1) { nodes { identifier team { id } labels { nodes { id } } } } }',
  );
  await goTo(`/issue?id=${issues.nodes[0].identifier}`);
  await page.getByLabel('New comment').fill('   ');
  await press('Comment');
  expect(await page.getByRole('alert').innerText()).toContain('body should not be empty');
  await shown('refused');
  await goTo('/issue?id=NONE-1');
  expect(await page.getByRole('alert').innerText()).toBe('There is no such issue.');
});

test('each workspace has its own pages, and they show nothing of another workspace', async () => {
  const { id, adminKey } = await post('/_local/organizations', { name: 'Globex' });
  await goTo('/');
  await page.getByRole('link', { name: 'Globex' }).click();
  expect(await page.locator('nav').innerText()).toContain('Globex local Linear');
  await page.getByText('New issue').click();
  await page.getByLabel('Title').fill('Theirs');
  await press('Create issue');
  expect(page.url()).toContain(id);
  expect(
    (await graphql('{ issues(filter: { title: { eq: "Theirs" } }) { nodes { id } } }')).issues.nodes,
  ).toEqual([]);
  const theirs = await graphql('{ issues(first: 1) { nodes { id identifier } } }', {}, adminKey);
  await goTo(`/issue?id=${theirs.issues.nodes[0].id}`);
  expect(await page.getByRole('alert').innerText()).toBe('There is no such issue.');
});

test('a form on another site cannot change anything', async () => {
  const body = new URLSearchParams({ title: 'Forged' });
  const forged = await fetch(`${linear.url}/issues`, {
    method: 'POST',
    body,
    headers: { origin: 'https://evil.test' },
  });
  expect(forged.status).toBe(403);
  expect((await graphql('{ issues { nodes { title } } }')).issues.nodes).toHaveLength(8);
});

test('pages load nothing from other servers and fit a phone', async () => {
  await context.close();
  context = await chromium.newContext({ viewport: { width: 390, height: 800 } });
  page = await context.newPage();
  page.on('request', (request) => asked.push(request.url()));
  for (const path of ['/', '/issue?id=ENG-1', '/projects', '/activity']) {
    await goTo(path);
    await shown(`phone${path.replaceAll(/\W/g, ' ')}`);
    expect(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), path).toBe(false);
  }
  expect(asked.filter((url) => !url.startsWith(linear.url))).toEqual([]);
});

test('a planned project shows its milestones, and an issue its place in the plan', async () => {
  const { teams, projects } = await graphql(
    `{ teams(filter: { key: { eq: "ENG" } }) { nodes { id states { nodes { id name } } } }
      projects(filter: { name: { eq: "Reliability" } }) { nodes { id } } }`,
  );
  const [team] = teams.nodes;
  const [{ id: projectId }] = projects.nodes;
  const make = async (
    mutation: string,
    field: string,
    input: object,
  ): Promise<{ id: string; identifier?: string }> => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const fields = field === 'issue' ? 'id identifier' : 'id';
    const query = `mutation($input: ${type}!) { ${mutation}(input: $input) { ${field} { ${fields} } } }`;
    return (await graphql(query, { input }))[mutation][field];
  };
  const epic = await make('projectMilestoneCreate', 'projectMilestone', {
    projectId,
    name: 'Refunds without a call',
    description: 'Customers get their money back by themselves.',
    targetDate: '2027-03-31',
  });
  await make('projectMilestoneCreate', 'projectMilestone', { projectId, name: 'Later' });
  const cycle = await make('cycleCreate', 'cycle', {
    teamId: team.id,
    startsAt: new Date(Date.now() - 1_000).toISOString(),
    endsAt: new Date(Date.now() + 1_000_000).toISOString(),
  });
  const issue = (title: string, values: object = {}) =>
    make('issueCreate', 'issue', {
      teamId: team.id,
      projectId,
      projectMilestoneId: epic.id,
      title,
      ...values,
    });
  const done = team.states.nodes.find(({ name }: { name: string }) => name === 'Done').id;
  const feature = await issue('Refund from the order page');
  const story = await issue('A customer asks for a refund', {
    parentId: feature.id,
    estimate: 5,
    cycleId: cycle.id,
  });
  const ledger = await issue('Refunds reach the ledger', {
    parentId: feature.id,
    estimate: 1,
    stateId: done,
  });
  await make('issueRelationCreate', 'issueRelation', {
    issueId: ledger.id,
    relatedIssueId: story.id,
    type: 'blocks',
  });

  await goTo(`/?project=${projectId}`);
  const project = await shown('planned project');
  expect(project).toMatch(/Refunds without a call[\s\S]*2027-03-31\s*1 of 3\s*6[\s\S]*Later\s*0 of 0\s*0/);
  expect(project).toContain(`Refunds without a call · part of ${feature.identifier} · 5 points`);
  expect(project).toContain(`part of ${feature.identifier} · 1 point`);
  await page.getByRole('link', { name: 'Refund from the order page' }).click();
  const parent = await shown('planned feature');
  expect(parent).toMatch(/Sub-issues[\s\S]*A customer asks for a refund 5[\s\S]*Refunds reach the ledger 1/i);
  expect(parent).toMatch(/Estimate\s*None/i);
  await page.getByRole('link', { name: 'A customer asks for a refund' }).click();
  const child = await shown('planned story');
  expect(child).toMatch(/Milestone\s*Refunds without a call/i);
  expect(child).toMatch(/Estimate\s*5/i);
  expect(child).toMatch(/Cycle\s*Cycle 1/i);
  expect(child).toMatch(
    /Parent[\s\S]*Refund from the order page[\s\S]*Blocked by[\s\S]*Refunds reach the ledger/i,
  );
  await page.getByRole('link', { name: 'Refund from the order page' }).click();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Refund from the order page');
});
