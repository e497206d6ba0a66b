import { type Api, apiAs, type Browser, browser, type Issue, linearAs, until } from './walk-clients.ts';
import { type PlanContext, walkPlan } from './walk-plan.ts';

export type WalkContext = {
  api: string;
  /** The local Confluence; without it no page is planned. */
  plan?: PlanContext | undefined;
  linear: string;
  adminKey: string;
  token(sub: string, scope: string): Promise<string>;
  print(line: string): void;
};

const OWNER = 'auth0|owner';
const SCOPES = 'features:read features:write plans:read plans:write workspaces:read workspaces:admin';

type Feature = {
  id: string;
  identifier: string;
  name: string;
  status: string;
  ready: boolean;
  claimable: boolean;
  reason?: string;
  blocked?: { by: string[] };
  linearState: { type: string };
  revision: number;
  linearIssueId: string;
};
type Project = { id: string; name: string; status: string; linearProjectId: string };
type IssueNow = {
  state: { name: string; type: string };
  comments: { nodes: { body: string }[] };
  attachments: { nodes: { url: string }[] };
};

/**
 * Runs the main job once over HTTP, as people would: an owner connects, a human labels an issue, an orchestrator
 * reports. Then it does the same with two issues of which one blocks the other, and with the webhook lost. At last a
 * page of Confluence is planned. Every step prints its result, and a failing step throws.
 */
export const walk = async (context: WalkContext): Promise<void> => {
  const { print } = context;
  const api = apiAs(context.api, await context.token(OWNER, SCOPES));
  const human = linearAs(context.linear, context.adminKey);
  let number = 0;
  const step = (what: string, seen: string) => print(`${String(++number).padStart(2)}. ${what}: ${seen}`);

  const workspaceId = await connect(api, step);

  const projects = await until('the projects to be mirrored', async () => {
    const { items } = await api.get<{ items: Project[] }>(`/projects?workspaceId=${workspaceId}`);
    return items.filter(({ status }) => status === 'active').length >= 2 ? items : undefined;
  });
  step('Projects mirrored', projects.map(({ name }) => name).join(', '));
  const project = projects.find(({ status }) => status === 'active') as Project;

  const issue = await human.createIssue(project.linearProjectId, 'Apple Pay on the checkout page');
  step('A human creates an issue in Linear', `${issue.identifier} in ${project.name}`);
  await human.addLabel(issue.id, 'omakase');
  const feature = await featureOf(api, project, issue.id);
  step(
    'The label "omakase" is added and a signed webhook arrives',
    `feature ${feature.id}, ${feature.status}`,
  );
  await becomesReady(context, api, feature, step);
  await report(context, api, feature, `walk-${feature.id}`, step);

  await inOrder(context, api, project, step);

  await human.fault({ kind: 'drop', type: 'Issue', count: 2 });
  const lost = await human.createIssue(project.linearProjectId, 'Gift cards at checkout');
  await human.addLabel(lost.id, 'omakase');
  step('An issue is labelled and every webhook is lost', `${lost.identifier}, no webhook arrived`);
  const { items } = await api.get<{ items: Feature[] }>(`/projects/${project.id}/features?limit=100`);
  if (items.some(({ linearIssueId }) => linearIssueId === lost.id))
    throw new Error('The webhook was not lost.');
  // This is longer than the interval of the reconcile and than the two minutes that a webhook may be late.
  await human.advanceClock(6 * 60_000);
  const found = await featureOf(api, project, lost.id);
  step('Six minutes later the reconcile found it', `feature ${found.id}, ${found.status}`);
  await becomesReady(context, api, found, step);
  await report(context, api, found, `walk-${found.id}`, step);

  if (context.plan) await walkPlan(context.plan, api, { workspaceId, projectId: project.id }, step, print);
};

type Step = (what: string, seen: string) => void;

const connect = async (api: Api, step: Step): Promise<string> => {
  const link = await api.post<{ url: string }>('/workspaces/connect-links', {});
  step('Connect link', link.url.replace(/[^/]+$/, '…'));

  const person: Browser = browser();
  const page = await person.get(link.url);
  if (page.status !== 200 || !page.text.includes(OWNER))
    throw new Error('The connect page does not name its owner.');
  const consent = await person.submit(page, {});
  const approved = await person.submit(consent, { decision: 'approve' });
  if (approved.status !== 200) throw new Error(`The callback answered ${approved.status}: ${approved.text}`);
  step('Consent, callback', /<h1>(.*?)<\/h1>/.exec(approved.text)?.[1] ?? '');

  const { items } = await api.get<{
    items: { id: string; connection: string; linearOrganizationName: string }[];
  }>('/workspaces');
  const workspace = items.find(({ linearOrganizationName }) =>
    approved.text.includes(linearOrganizationName),
  );
  if (workspace?.connection !== 'connected') throw new Error('The workspace is not connected.');
  if (/lin_(oauth|refresh)|token/i.test(JSON.stringify(workspace)))
    throw new Error('The workspace shows a token.');
  step('Workspace', `${workspace.id} (${workspace.linearOrganizationName}), its tokens sealed`);
  return workspace.id;
};

const featureOf = (api: Api, project: Project, linearIssueId: string): Promise<Feature> =>
  until('the feature to be listed', async () => {
    const { items } = await api.get<{ items: Feature[] }>(`/projects/${project.id}/features?limit=100`);
    return items.find((feature) => feature.linearIssueId === linearIssueId);
  });

const featureWhen = ({ get }: Api, { id }: Feature, what: string, holds: (now: Feature) => boolean) =>
  until(`the feature ${what}`, async () => {
    const now = await get<Feature>(`/features/${id}`);
    return holds(now) ? now : undefined;
  });

/** A feature becomes ready only after the next tick of the schedule has read it from Linear. */
const becomesReady = async ({ linear, adminKey }: WalkContext, api: Api, feature: Feature, step: Step) => {
  await linearAs(linear, adminKey).advanceClock(61_000);
  const ready = await featureWhen(api, feature, 'to be ready', (now) => now.ready);
  step('A tick later it is read from Linear and ready', `${ready.identifier} ${ready.name}`);
};

/** Two issues of which one blocks the other: they are handed out in that order, however urgent both are. */
const inOrder = async (context: WalkContext, api: Api, project: Project, step: Step) => {
  const human = linearAs(context.linear, context.adminKey);
  const blocking = await human.createIssue(project.linearProjectId, 'Store cards in a vault', 1);
  const blocked = await human.createIssue(project.linearProjectId, 'Pay with a stored card', 1);
  await human.block(blocking.id, blocked.id);
  await human.addLabel(blocking.id, 'omakase');
  await human.addLabel(blocked.id, 'omakase');
  const first = await featureOf(api, project, blocking.id);
  const second = await featureOf(api, project, blocked.id);
  step('Two urgent issues are labelled', `${blocking.identifier} blocks ${blocked.identifier}`);

  await becomesReady(context, api, first, step);
  const waiting = await featureWhen(api, second, 'to be blocked', ({ reason }) => reason === 'blocked');
  if (waiting.claimable || waiting.blocked?.by.join() !== blocking.identifier)
    throw new Error(`${blocked.identifier} does not say what blocks it: ${JSON.stringify(waiting)}`);
  step('The other is not ready', `${blocked.identifier} is blocked by ${blocking.identifier}`);

  const runId = await claim(api, project, [blocking, blocked], step);
  await report(context, api, first, runId, step);
  await featureWhen(api, first, 'to be completed', ({ linearState }) => linearState.type === 'completed');
  await becomesReady(context, api, second, step);
  await report(context, api, second, await claim(api, project, [blocked], step), step);
};

/** Claims until it gets one of these issues, which has to be the first of them. Returns its run. */
const claim = async (api: Api, project: Project, issues: Issue[], step: Step): Promise<string> => {
  // A walk that was stopped may have left other features, as urgent as these.
  const claimed = await until('one of the issues to be handed out', async () => {
    const path = `/projects/${project.id}/features/claim`;
    const handedOut = await api.post<(Feature & { runId: string }) | undefined>(path, undefined);
    return issues.some(({ id }) => id === handedOut?.linearIssueId) ? handedOut : undefined;
  });
  if (claimed.linearIssueId !== issues[0]?.id)
    throw new Error(`A claim hands out ${claimed.identifier}, which is blocked.`);
  step('A claim hands it out', `${claimed.identifier} ${claimed.name}`);
  return claimed.runId;
};

const report = async (
  { linear, adminKey }: WalkContext,
  api: Api,
  feature: Feature,
  runId: string,
  step: Step,
) => {
  const human = linearAs(linear, adminKey);
  const issueWhen = (what: string, holds: (issue: IssueNow) => boolean) =>
    until(what, async () => {
      const issue = await human.issue<IssueNow>(feature.linearIssueId);
      return holds(issue) ? issue : undefined;
    });

  await api.patch(`/features/${feature.id}/status`, { status: 'in_progress', runId });
  const started = await issueWhen('the issue to be started', ({ state }) => state.type === 'started');
  step('The orchestrator reports in_progress', `Linear shows ${started.state.name}`);

  const prUrl = `https://git.example.com/shop/pull/${feature.identifier}`;
  const outcome = { status: 'passing', runId, summary: 'Built and tested.', testResults: '12 passed', prUrl };
  await api.patch(`/features/${feature.id}/status`, outcome);
  const done = await issueWhen(
    'the issue to be completed, with its comment and link',
    ({ state, comments, attachments }) =>
      state.type === 'completed' && comments.nodes.length > 0 && attachments.nodes.length > 0,
  );
  const [comments, links] = [done.comments.nodes.length, done.attachments.nodes.length];
  if (comments !== 1 || links !== 1)
    throw new Error(`Linear shows ${comments} comments and ${links} links, not 1 and 1.`);
  step('The orchestrator reports passing', `Linear shows ${done.state.name}, one comment, one link`);
};
