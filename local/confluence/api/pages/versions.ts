import type { HttpResponse } from '../../../stand-in/http.ts';
import { scopes } from '../../oauth/scopes.ts';
import { versionOf } from '../../store/content.ts';
import { type ApiRoute, answer, type Call } from '../call.ts';
import { notFound } from '../errors.ts';
import { answerList } from '../paging.ts';
import { wordOf } from '../parameters.ts';
import { pageOfPath } from './find-page.ts';
import { storageBody, versionView, wantsBody } from './page-view.ts';

const versions = (call: Call): HttpResponse => {
  const page = pageOfPath(call);
  const withBody = wantsBody(call.query);
  const sort = wordOf(call.query, 'sort', ['modified-date', '-modified-date']) ?? '-modified-date';
  const rows = call.confluence.store.versionsOf(page.id);
  return answerList(
    call,
    rows,
    { by: ({ number }) => number, descending: sort === '-modified-date' },
    (version) => ({
      ...versionView(version),
      page: {
        id: page.id,
        title: version.title,
        ...(withBody && { body: storageBody(version.storage) }),
      },
    }),
  );
};

const version = (call: Call): HttpResponse => {
  const { store } = call.confluence;
  const page = pageOfPath(call);
  const number = Number(call.parameters.number);
  const found = versionOf(store, page, number);
  if (!found) throw notFound();
  const before = number > 1 ? versionOf(store, page, number - 1) : undefined;
  return answer(200, {
    ...versionView(found),
    contentTypeModified: false,
    collaborators: [...new Set([...(before ? [before.authorId] : []), found.authorId])],
    prevVersion: before?.number ?? null,
    nextVersion: number < page.version ? number + 1 : null,
  });
};

export const versionRoutes: ApiRoute[] = [
  { route: 'GET /wiki/api/v2/pages/{id}/versions', scopes: scopes.readPage, isList: true, handle: versions },
  { route: 'GET /wiki/api/v2/pages/{id}/versions/{number}', scopes: scopes.readPage, handle: version },
];
