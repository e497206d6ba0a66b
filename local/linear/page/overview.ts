import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { ago } from '../../stand-in/marks.ts';
import type { Linear } from '../linear.ts';
import type { Delivery } from '../store/tables.ts';
import { framed } from './frame.ts';
import { pathTo, type Visit } from './visit.ts';

const SHOWN = 100;

const table = (heads: string[], rows: Markup[], empty: string): Markup =>
  rows.length === 0
    ? markup`<p class="empty">${empty}</p>`
    : markup`<div class="scroll"><table><thead><tr>${heads.map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;

export const projectsPage = (visit: Visit): HttpResponse => {
  const { view } = visit.context;
  const projects = [...view.collection('Project').sortedBy('updatedAt').newestFirst()];
  const rows = projects.slice(0, SHOWN).map(
    (
      project,
    ) => markup`<tr><td><a class="link" href="${pathTo(visit, '/', { project: project.id })}">${project.name}</a></td>
<td>${view.find('ProjectStatus', project.statusId)?.name}${project.trashed ? ' (in the bin)' : project.archivedAt ? ' (archived)' : ''}</td>
<td>${project.teamIds.map((id) => view.find('Team', id)?.name ?? '').join(', ')}</td>
<td class="num">${view.collection('Issue').idsBy('projectId', project.id).size}</td><td>${ago(visit.context.clock, project.updatedAt)}</td></tr>`,
  );
  const content = markup`<h1>Projects</h1>
${table(['Name', 'Status', 'Teams', 'Issues', 'Changed'], rows, 'No projects.')}
${projects.length > SHOWN && markup`<p class="pages">The ${SHOWN} of ${projects.length} projects that changed last.</p>`}`;
  return framed(visit, { title: 'Projects', here: pathTo(visit, '/projects'), content });
};

const outcomes: Record<Delivery['outcome'], string> = {
  pending: 'waits for its next attempt',
  delivered: 'delivered',
  failed: 'lost after all attempts',
  dropped: 'dropped by a fault',
};

/** The webhooks to the application and its API requests: where to look when nothing seems to happen. */
export const activityPage = (visit: Visit, { store, requests }: Linear): HttpResponse => {
  const { organization, context } = visit;
  const deliveries = [...store.all('Delivery')]
    .filter(({ organizationId }) => organizationId === organization.id)
    .slice(-SHOWN)
    .reverse()
    .map(
      ({ type, action, createdAt, attempts, outcome }) =>
        markup`<tr><td>${ago(context.clock, createdAt)}</td><td>${type} ${action}</td><td>${outcomes[outcome]}</td>
<td class="num">${attempts.map(({ status }) => status ?? 'no answer').join(', ')}</td></tr>`,
    );
  const asked = requests
    .of(organization.id)
    .slice(-SHOWN)
    .reverse()
    .map(
      ({ at, operation, fields, status, complexity, errors }) =>
        markup`<tr><td>${ago(context.clock, at)}</td><td>${operation ?? fields.slice(0, 5).join(', ')}</td>
<td class="num">${status ?? 'no answer'}</td><td class="num">${complexity}</td><td>${errors.join('; ')}</td></tr>`,
    );
  const content = markup`<h1>Activity</h1>
<h2>Webhooks to the application</h2>
${table(['When', 'Event', 'Outcome', 'Answers'], deliveries, 'None yet. Once an application is connected, it gets a webhook for each change here.')}
<h2>API requests</h2>
${table(['When', 'Operation', 'Status', 'Points', 'Errors'], asked, 'None yet.')}`;
  return framed(visit, { title: 'Activity', here: pathTo(visit, '/activity'), content });
};
