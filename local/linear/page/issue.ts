import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { ago, labelMark } from '../../stand-in/marks.ts';
import type { Comment, Issue, IssueHistory, IssueLabel, WorkflowState } from '../store/model.ts';
import { issueIdentifier } from '../store/urls.ts';
import { framed } from './frame.ts';
import { planFacts, subIssues } from './issue-plan.ts';
import { stateMark } from './state-mark.ts';
import { pathTo, type Visit } from './visit.ts';

/** The form of one action on the issue; `name` is the action of `POST /issue`. */
const form = (visit: Visit, issue: Issue, name: string, content: Markup, isInline = true): Markup =>
  markup`<form method="post" action="${pathTo(visit, '/issue')}"${isInline && markup` class="inline"`}>
<input type="hidden" name="id" value="${issue.id}"><input type="hidden" name="do" value="${name}">${content}</form>`;

const options = (rows: { id: string; name: string }[], selected?: string): Markup[] =>
  rows.map(
    ({ id, name }) => markup`<option value="${id}"${id === selected && markup` selected`}>${name}</option>`,
  );

const labelsOf = (visit: Visit, issue: Issue): Markup => {
  const { view } = visit.context;
  const own = issue.labelIds.map((id) => view.find('IssueLabel', id)).filter((one) => one !== undefined);
  const free = view
    .rows('IssueLabel')
    .filter(({ id, isGroup, teamId }) => {
      const fits = teamId === null || teamId === issue.teamId;
      return !isGroup && fits && !issue.labelIds.includes(id);
    })
    .sort((a, b) => a.name.localeCompare(b.name));
  const chip = (label: IssueLabel): Markup =>
    form(
      visit,
      issue,
      'unlabel',
      markup`<span class="chip">${labelMark(label)}<button name="labelId" value="${label.id}" aria-label="Remove label ${label.name}" title="Remove">×</button></span>`,
    );
  return markup`${own.map(chip)}${
    free.length > 0 &&
    form(
      visit,
      issue,
      'label',
      markup`<select name="labelId" aria-label="Label to add">${options(free)}</select><button>Add label</button>`,
    )
  }`;
};

const facts = (visit: Visit, issue: Issue): Markup => {
  const { view } = visit.context;
  const states = view.rowsBy('WorkflowState', 'teamId', issue.teamId).sort((a, b) => a.position - b.position);
  const state = view.find('WorkflowState', issue.stateId) as WorkflowState;
  const project = issue.projectId ? view.find('Project', issue.projectId) : undefined;
  const person = (id: string | null): string => (id && view.find('User', id)?.name) || 'Nobody';
  const attachments = view.rowsBy('Attachment', 'issueId', issue.id);
  return markup`<aside class="facts"><dl>
<dt>State</dt><dd>${stateMark(state)}</dd><dd>${form(visit, issue, 'move', markup`<select name="stateId" aria-label="State to move to">${options(states, issue.stateId)}</select><button>Move</button>`)}</dd>
<dt>Labels</dt><dd>${labelsOf(visit, issue)}</dd>
<dt>Project</dt><dd>${project ? markup`<a class="link" href="${pathTo(visit, '/', { project: project.id })}">${project.name}</a>` : 'No project'}</dd>
<dt>Priority</dt><dd>${['None', 'Urgent', 'High', 'Medium', 'Low'][issue.priority] ?? 'None'}</dd>
<dt>Assignee</dt><dd>${person(issue.assigneeId)}</dd>
${issue.delegateId && markup`<dt>Delegate</dt><dd>${person(issue.delegateId)}</dd>`}
${planFacts(visit, issue)}
${attachments.length > 0 && markup`<dt>Links</dt>${attachments.map(({ url, title }) => markup`<dd>${isWeb(url) ? markup`<a class="link" href="${url}" rel="noreferrer">${title}</a>` : title}</dd>`)}`}
<dt>Bin</dt><dd>${form(visit, issue, issue.trashed ? 'restore' : 'trash', markup`<button>${issue.trashed ? 'Restore' : 'Delete'}</button>`)}</dd>
</dl></aside>`;
};

/** Attached links are shown as links only if they lead to the web. */
const isWeb = (url: string): boolean => /^https?:\/\//i.test(url);

const commentCard = (visit: Visit, comment: Comment): Markup => {
  const { view } = visit.context;
  const author = comment.userId ? view.find('User', comment.userId) : undefined;
  return markup`<article class="comment${comment.parentId ? ' reply' : ''}"><header><b>${author?.name ?? 'Somebody'}</b>${author?.app ? ' (application)' : ''} ${ago(visit.context.clock, comment.createdAt)}</header>
<div class="body">${comment.body}</div></article>`;
};

/** Comments in the order of their threads, each followed by its replies. */
const threads = (comments: Comment[]): Comment[] => {
  const byTime = comments.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
  const roots = byTime.filter(({ parentId }) => parentId === null);
  return roots.flatMap((root) => [root, ...byTime.filter(({ parentId }) => parentId === root.id)]);
};

const historyLine = (visit: Visit, entry: IssueHistory): Markup => {
  const { view } = visit.context;
  const name = (type: 'WorkflowState' | 'IssueLabel' | 'User', id: unknown): string =>
    (typeof id === 'string' && view.find(type, id)?.name) || 'none';
  const parts = [
    entry.toStateId && `moved it to ${name('WorkflowState', entry.toStateId)}`,
    entry.addedLabelIds && `added ${entry.addedLabelIds.map((id) => name('IssueLabel', id)).join(', ')}`,
    entry.removedLabelIds &&
      `removed ${entry.removedLabelIds.map((id) => name('IssueLabel', id)).join(', ')}`,
    entry.toTitle && 'renamed it',
    entry.updatedDescription && 'changed the description',
    entry.trashed !== null && (entry.trashed ? 'deleted it' : 'restored it'),
  ].filter(Boolean);
  return markup`<li>${name('User', entry.actorId)} ${parts.join(', ') || 'changed it'} ${ago(visit.context.clock, entry.createdAt)}</li>`;
};

export const issuePage = (visit: Visit, issue: Issue, alert?: string): HttpResponse => {
  const { view, store } = visit.context;
  const identifier = issueIdentifier(store, issue);
  const comments = threads(view.rowsBy('Comment', 'issueId', issue.id));
  const history = view.rowsBy('IssueHistory', 'issueId', issue.id);
  const content = markup`<p class="id">${identifier}${issue.trashed ? ' · in the bin' : ''}</p>
<div class="two"><div>
<h1>${issue.title}</h1>
${issue.description ? markup`<div class="prose">${issue.description}</div>` : markup`<p class="count">No description.</p>`}
${subIssues(visit, issue)}
${history.length > 0 && markup`<h2>History</h2><ul class="history">${history.map((entry) => historyLine(visit, entry))}</ul>`}
<h2>Comments</h2>
${comments.map((comment) => commentCard(visit, comment))}
${form(visit, issue, 'comment', markup`<label class="field">New comment (Markdown) <textarea name="body" required></textarea></label><p><button class="main">Comment</button></p>`, false)}
</div>${facts(visit, issue)}</div>`;
  const title = `${identifier} ${issue.title}`;
  return framed(visit, { title, here: '', content, alert, status: alert ? 422 : 200 });
};
