import { type HttpRequest, type HttpResponse, redirect } from '../../stand-in/http.ts';
import { LinearError } from '../graphql/errors.ts';
import type { Linear } from '../linear.ts';
import { errorPage } from '../plain-pages.ts';
import { findIssue } from '../resolvers/issues/issue.ts';
import { mutations } from '../resolvers/mutations.ts';
import type { Issue } from '../store/model.ts';
import { issueIdentifier } from '../store/urls.ts';
import { issuePage } from './issue.ts';
import { issuesPage } from './issues.ts';
import { activityPage, projectsPage } from './overview.ts';
import { pathTo, type Visit, visitOf } from './visit.ts';

type Page = (visit: Visit, request: HttpRequest) => HttpResponse;

/** The web pages that show a workspace and let people work in it, without any script. */
export const pages = (linear: Linear): Record<string, (request: HttpRequest) => HttpResponse> => {
  const visited =
    (page: Page) =>
    (request: HttpRequest): HttpResponse => {
      const visit = visitOf(linear, request.url.searchParams.get('organization'));
      return visit ? page(visit, request) : errorPage('There is no such workspace.', 404);
    };
  return {
    'GET /': visited((visit, { url }) => issuesPage(visit, url.searchParams)),
    'GET /issue': visited((visit, { url }) =>
      withIssue(visit, url.searchParams.get('id'), (issue) => issuePage(visit, issue)),
    ),
    'GET /projects': visited((visit) => projectsPage(visit)),
    'GET /activity': visited((visit) => activityPage(visit, linear)),
    'POST /issues': visited((visit, { body }) => createIssue(visit, new URLSearchParams(body))),
    'POST /issue': visited((visit, { body }) => {
      const form = new URLSearchParams(body);
      return withIssue(visit, form.get('id'), (issue) => changeIssue(visit, issue, form));
    }),
  };
};

const withIssue = (
  { context }: Visit,
  id: string | null,
  then: (issue: Issue) => HttpResponse,
): HttpResponse => {
  const issue = id ? findIssue(context, id) : undefined;
  return issue ? then(issue) : errorPage('There is no such issue.', 404);
};

/** Shows the message if Linear's rules refuse the action. Any other error is a bug. */
const orShowRefusal = (act: () => HttpResponse, show: (message: string) => HttpResponse): HttpResponse => {
  try {
    return act();
  } catch (error) {
    if (error instanceof LinearError) return show(String(error.extensions.userPresentableMessage));
    throw error;
  }
};

const createIssue = (visit: Visit, form: URLSearchParams): HttpResponse =>
  orShowRefusal(
    () => {
      const labelId = form.get('labelId');
      const input = {
        teamId: form.get('teamId') ?? '',
        title: form.get('title') ?? '',
        description: form.get('description') || null,
        projectId: form.get('projectId') || null,
        ...(labelId && { labelIds: [labelId] }),
      };
      const { issue } = mutations.issueCreate({ input }, visit.context);
      return redirect(pathTo(visit, '/issue', { id: issueIdentifier(visit.context.store, issue) }), 303);
    },
    (message) => issuesPage(visit, new URLSearchParams(), message),
  );

const changeIssue = (visit: Visit, issue: Issue, form: URLSearchParams): HttpResponse => {
  const { context } = visit;
  const { id } = issue;
  const value = (name: string): string => form.get(name) ?? '';
  const actions: Record<string, () => unknown> = {
    move: () => mutations.issueUpdate({ id, input: { stateId: value('stateId') } }, context),
    label: () => mutations.issueAddLabel({ id, labelId: value('labelId') }, context),
    unlabel: () => mutations.issueRemoveLabel({ id, labelId: value('labelId') }, context),
    comment: () => mutations.commentCreate({ input: { issueId: id, body: value('body') } }, context),
    trash: () => mutations.issueDelete({ id }, context),
    restore: () => mutations.issueUnarchive({ id }, context),
  };
  const name = value('do');
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) return errorPage('There is no such action.');
  return orShowRefusal(
    () => {
      action();
      return redirect(pathTo(visit, '/issue', { id: issueIdentifier(context.store, issue) }), 303);
    },
    (message) => issuePage(visit, issue, message),
  );
};
