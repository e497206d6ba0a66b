import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { ago, labelMark } from '../../stand-in/marks.ts';
import { queries } from '../resolvers/queries.ts';
import type { Issue, IssueLabel, WorkflowState } from '../store/model.ts';
import { issueIdentifier } from '../store/urls.ts';
import { framed } from './frame.ts';
import { milestonesOf } from './milestones.ts';
import { stateMark } from './state-mark.ts';
import { pathTo, type Visit } from './visit.ts';

const PAGE = 50;

const chips = (visit: Visit, issue: Issue): Markup[] =>
  issue.labelIds
    .map((id) => visit.context.view.find('IssueLabel', id))
    .filter((label) => label !== undefined)
    .map(
      (label: IssueLabel) =>
        markup`<a class="chip" href="${pathTo(visit, '/', { label: label.id })}">${labelMark(label)}</a>`,
    );

/** Its milestone and estimate, and whose sub-issue it is. */
const placeOf = ({ context: { view, store } }: Visit, issue: Issue): Markup => {
  const milestone = issue.projectMilestoneId && view.find('ProjectMilestone', issue.projectMilestoneId)?.name;
  const parent = issue.parentId ? view.find('Issue', issue.parentId) : undefined;
  const points =
    issue.estimate === null ? '' : `${issue.estimate} ${issue.estimate === 1 ? 'point' : 'points'}`;
  const parts = [milestone, parent && `part of ${issueIdentifier(store, parent)}`, points].filter(Boolean);
  return markup`${parts.length > 0 && markup`<span class="when">${parts.join(' · ')}</span>`}`;
};

const row = (visit: Visit, issue: Issue): Markup => {
  const { context } = visit;
  const { view, store } = context;
  const identifier = issueIdentifier(store, issue);
  const state = view.find('WorkflowState', issue.stateId) as WorkflowState;
  const comments = view.collection('Comment').idsBy('issueId', issue.id).size;
  return markup`<li><span class="id">${identifier}</span>
${stateMark(state)}<span class="title"><a href="${pathTo(visit, '/issue', { id: identifier })}">${issue.title}</a>${chips(visit, issue)}${placeOf(visit, issue)}${
    comments > 0 && markup`<span class="when">${comments} ${comments === 1 ? 'comment' : 'comments'}</span>`
  }</span>
${ago(context.clock, issue.updatedAt)}</li>`;
};

const createForm = (visit: Visit, chosen: { team: string | null; project: string | null }): Markup => {
  const { view } = visit.context;
  const project = chosen.project ? view.find('Project', chosen.project) : undefined;
  const teams = view.rows('Team').filter((team) => !project || project.teamIds.includes(team.id));
  const newest = [...view.collection('Project').sortedBy('updatedAt').newestFirst()]
    .filter(({ archivedAt }) => archivedAt === null)
    .slice(0, 100);
  const projects = project ? [project] : newest;
  const labels = view.rows('IssueLabel').filter(({ isGroup, teamId }) => !isGroup && teamId === null);
  return markup`<details class="new"><summary>New issue</summary>
<form method="post" action="${pathTo(visit, '/issues')}">
<label class="field">Title <input type="text" name="title" required maxlength="${visit.context.switches.values.titleLimit}" autocomplete="off"></label>
<label class="field">Description (Markdown) <textarea name="description"></textarea></label>
<div class="row">
<label class="field">Team <select name="teamId">${teams.map(({ id, name }) => markup`<option value="${id}"${id === chosen.team && markup` selected`}>${name}</option>`)}</select></label>
<label class="field">Project <select name="projectId">${!project && markup`<option value="">No project</option>`}${projects.map(({ id, name }) => markup`<option value="${id}">${name}</option>`)}</select></label>
<label class="field">Label <select name="labelId"><option value="">No label</option>${labels.map(({ id, name }) => markup`<option value="${id}">${name}</option>`)}</select></label>
</div>
<div><button class="main">Create issue</button></div>
</form></details>`;
};

/** The workspace's issues, latest change first, optionally of one team, one project or one label. */
export const issuesPage = (visit: Visit, params: URLSearchParams, alert?: string): HttpResponse => {
  const { context } = visit;
  const chosen = { team: params.get('team'), project: params.get('project'), label: params.get('label') };
  const filter = {
    ...(chosen.team && { team: { id: { eq: chosen.team } } }),
    ...(chosen.project && { project: { id: { eq: chosen.project } } }),
    ...(chosen.label && { labels: { some: { id: { eq: chosen.label } } } }),
  };
  const after = params.get('after');
  const page = queries.issues({ first: PAGE, orderBy: 'updatedAt', after, filter }, context);
  const issues = page.nodes as Issue[];
  const name = titleOf(visit, chosen);
  const project = chosen.project ? context.view.find('Project', chosen.project) : undefined;
  const next = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  const content = markup`<div class="bar"><h1>${name}</h1></div>
${createForm(visit, chosen)}
${project && milestonesOf(visit, project)}
${
  issues.length === 0
    ? markup`<p class="empty">No issues here. Create one above: it reaches the application within a second.</p>`
    : markup`<ul class="issues">${issues.map((issue) => row(visit, issue))}</ul>`
}
${next && markup`<p class="pages"><a class="link" href="${pathTo(visit, '/', { ...chosen, after: next })}">Older issues</a></p>`}`;
  const here = pathTo(visit, '/', chosen);
  return framed(visit, { title: name, here, content, alert, status: alert ? 422 : 200 });
};

const titleOf = (
  { context: { view } }: Visit,
  { team, project, label }: { team: string | null; project: string | null; label: string | null },
): string =>
  (project && view.find('Project', project)?.name) ||
  (team && view.find('Team', team)?.name) ||
  (label && view.find('IssueLabel', label)?.name) ||
  'All issues';
