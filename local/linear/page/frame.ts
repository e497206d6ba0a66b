import { type Markup, markup, pageOf } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { type Context, contextOf } from '../graphql/context.ts';
import type { Linear } from '../linear.ts';
import type { IssueLabel, Organization, WorkflowState } from '../store/model.ts';

/** Whoever sits at the pages: the human admin of one organization. */
export interface Visit {
  organization: Organization;
  organizations: Organization[];
  context: Context;
}

/** The organization named by `?organization=ID`; the first one unless named. */
export const visitOf = (linear: Linear, organizationId: string | null): Visit | undefined => {
  const organizations = [...linear.store.all('Organization')];
  const organization = organizationId
    ? organizations.find(({ id }) => id === organizationId)
    : organizations[0];
  if (!organization) return undefined;
  const people = [...linear.store.collection('User', organization.id).values()];
  const user = people.find(({ admin, app }) => admin && !app);
  if (!user) return undefined;
  const caller = { organizationId: organization.id, user, applicationId: null, scope: null };
  return { organization, organizations, context: contextOf(linear, caller) };
};

/** A path of these pages, in the organization that is looked at. */
export const pathTo = (
  { organization, organizations }: Visit,
  path: string,
  query: Record<string, string | null | undefined> = {},
): string => {
  const isOnly = organization.id === organizations[0]?.id;
  const params = new URLSearchParams(isOnly ? {} : { organization: organization.id });
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  const text = params.toString();
  return text ? `${path}?${text}` : path;
};

const SHOWN_PROJECTS = 12;

const item = (href: string, name: string, isHere: boolean, count?: number): Markup =>
  markup`<li><a href="${href}"${isHere && markup` aria-current="page"`}><span>${name}</span>${
    count !== undefined && markup`<span class="count">${count}</span>`
  }</a></li>`;

const sidebar = (visit: Visit, here: string): Markup => {
  const { organization, organizations, context } = visit;
  const { view, user } = context;
  const issues = view.collection('Issue');
  const link = (path: string, name: string, query: Record<string, string> = {}, count?: number): Markup => {
    const href = pathTo(visit, path, query);
    return item(href, name, href === here, count);
  };
  const teams = view.rows('Team');
  const projects = [...view.collection('Project').order('updatedAt').newestFirst()];
  const active = projects.filter(({ archivedAt }) => archivedAt === null);
  const others = organizations.filter(({ id }) => id !== organization.id);
  return markup`<nav class="side" aria-label="Workspace">
<p class="brand">${organization.name} <span>local Linear</span></p>
<ul>${link('/', 'All issues', {}, issues.size)}${link('/projects', 'Projects', {}, active.length)}${link('/activity', 'Activity')}</ul>
<h2>Teams</h2>
<ul>${teams.slice(0, SHOWN_PROJECTS).map((team) => link('/', team.name, { team: team.id }, issues.idsBy('teamId', team.id).size))}</ul>
<h2>Projects</h2>
<ul>${active.slice(0, SHOWN_PROJECTS).map((project) => link('/', project.name, { project: project.id }, issues.idsBy('projectId', project.id).size))}</ul>
${
  others.length > 0 &&
  markup`<h2>Other workspaces</h2>
<ul>${others.map(({ id, name }) => item(`/?organization=${id}`, name, false))}</ul>`
}
<p class="you">You are ${user.name}, an admin. What you do here reaches the application as it would from Linear.</p>
</nav>`;
};

/** A page of the workspace: what there is at the side, what it is about beside it. */
export const framed = (
  visit: Visit,
  {
    title,
    here,
    content,
    alert,
    status = 200,
  }: {
    title: string;
    here: string;
    content: Markup;
    alert?: string | undefined;
    status?: number;
  },
): HttpResponse =>
  pageOf(
    status,
    `${title} · ${visit.organization.name}`,
    markup`<body class="frame">${sidebar(visit, here)}<main class="page">${
      alert && markup`<p role="alert">${alert}</p>`
    }${content}</main></body>`,
  );

/** A circle that fills as work goes on, as Linear draws its states. */
export const stateMark = ({ type, color, name }: WorkflowState): Markup => {
  const filled: Record<WorkflowState['type'], number> = {
    triage: 0,
    backlog: 0,
    unstarted: 0,
    started: 0.5,
    completed: 1,
    canceled: 1,
    duplicate: 1,
  };
  const dash = type === 'backlog' && markup` stroke-dasharray="2 1.6"`;
  const ink = isColor(color) && !isPale(color) ? color : '#8b8e98';
  // A stroke of half the radius, as long as the share of the circle that is filled.
  const share = filled[type] * 12.57;
  return markup`<span class="state"><svg class="dot" viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="6" fill="none" stroke="${ink}" stroke-width="1.5"${dash}/><circle cx="7" cy="7" r="2" fill="none" stroke="${ink}" stroke-width="4" stroke-dasharray="${share.toFixed(2)} 12.57" transform="rotate(-90 7 7)"/></svg>${name}</span>`;
};

export const labelMark = ({ name, color }: IssueLabel): Markup =>
  markup`<svg class="dot" viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="5" fill="${isColor(color) ? color : '#888888'}"/></svg><span class="name">${name}</span>`;

/** Too light to be seen on a white page. */
const isPale = (color: string): boolean => /^#([c-f][0-9a-f]){3}$/i.test(color);

const isColor = (text: string): boolean => /^#[0-9a-f]{3,8}$/i.test(text);

const STEPS: [seconds: number, unit: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
];

/** How long ago something was, by the local clock. */
export const ago = ({ clock }: Context, iso: string): Markup => {
  const seconds = Math.max(0, (clock.now() - Date.parse(iso)) / 1000);
  const step = STEPS.find(([length]) => seconds >= length);
  const text = step ? `${Math.floor(seconds / step[0])} ${step[1]} ago` : 'just now';
  return markup`<time class="when" datetime="${iso}" title="${iso}">${text}</time>`;
};
