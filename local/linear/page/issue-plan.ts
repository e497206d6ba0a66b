import { type Markup, markup } from '../../stand-in/html.ts';
import type { Issue, IssueRelation, WorkflowState } from '../store/model.ts';
import { issueIdentifier } from '../store/urls.ts';
import { stateMark } from './state-mark.ts';
import { pathTo, type Visit } from './visit.ts';

const MOST_SHOWN = 20;

const issueLink = (visit: Visit, issue: Issue): Markup => {
  const { view, store } = visit.context;
  const identifier = issueIdentifier(store, issue);
  const state = view.find('WorkflowState', issue.stateId) as WorkflowState;
  return markup`${stateMark(state)} <a class="link" href="${pathTo(visit, '/issue', { id: identifier })}">${identifier} ${issue.title}</a>${issue.trashed && ' (in the bin)'}`;
};

/** A term with links to other issues; nothing without any. */
const linked = (visit: Visit, term: string, ids: readonly (string | null)[]): Markup | false => {
  const issues = ids
    .map((id) => (id ? visit.context.view.find('Issue', id) : undefined))
    .filter((one) => one !== undefined);
  const more = issues.length - MOST_SHOWN;
  return (
    issues.length > 0 &&
    markup`<dt>${term}</dt>${issues.slice(0, MOST_SHOWN).map((issue) => markup`<dd>${issueLink(visit, issue)}</dd>`)}${more > 0 && markup`<dd>and ${more} more</dd>`}`
  );
};

const otherTypes: [IssueRelation['type'], string, string][] = [
  ['duplicate', 'Duplicate of', 'Duplicates'],
  ['related', 'Related', 'Related'],
  ['similar', 'Similar', 'Similar'],
];

/** Where an issue stands in the plan of its project: milestone, estimate, cycle, parent and relations. */
export const planFacts = (visit: Visit, issue: Issue): Markup => {
  const { view } = visit.context;
  const milestone = issue.projectMilestoneId
    ? view.find('ProjectMilestone', issue.projectMilestoneId)
    : undefined;
  const cycle = issue.cycleId ? view.find('Cycle', issue.cycleId) : undefined;
  const [outgoing, incoming] = [
    view.rowsBy('IssueRelation', 'issueId', issue.id),
    view.rowsBy('IssueRelation', 'relatedIssueId', issue.id),
  ];
  const to = (type: string) => outgoing.filter((one) => one.type === type).map((one) => one.relatedIssueId);
  const from = (type: string) => incoming.filter((one) => one.type === type).map((one) => one.issueId);
  return markup`${milestone && markup`<dt>Milestone</dt><dd>${milestone.name}</dd>`}
<dt>Estimate</dt><dd>${issue.estimate ?? 'None'}</dd>
${cycle && markup`<dt>Cycle</dt><dd>${cycle.name ?? `Cycle ${cycle.number}`}</dd>`}
${linked(visit, 'Parent', [issue.parentId])}
${linked(visit, 'Blocked by', from('blocks'))}
${linked(visit, 'Blocks', to('blocks'))}
${otherTypes.map(([type, outward, inward]) =>
  outward === inward
    ? linked(visit, outward, [...to(type), ...from(type)])
    : markup`${linked(visit, outward, to(type))}${linked(visit, inward, from(type))}`,
)}`;
};

/** The sub-issues, the oldest first. */
export const subIssues = (visit: Visit, issue: Issue): Markup | false => {
  const children = visit.context.view
    .rowsBy('Issue', 'parentId', issue.id)
    .sort((a, b) => a.number - b.number);
  return (
    children.length > 0 &&
    markup`<h2>Sub-issues</h2><ul class="history">${children.map((child) => markup`<li>${issueLink(visit, child)}${child.estimate !== null && markup` <span class="count">${child.estimate}</span>`}</li>`)}</ul>`
  );
};
