import type { HttpResponse } from '../../../stand-in/http.ts';
import { scopes } from '../../oauth/scopes.ts';
import { purgePage, trashPage } from '../../store/lifecycle.ts';
import { createPage } from '../../store/pages.ts';
import { maySeeSpace } from '../../store/permissions.ts';
import { type ApiRoute, bodyOf, type Call, noContent } from '../call.ts';
import { invalid, notFound } from '../errors.ts';
import { checkId, flagOf } from '../parameters.ts';
import { answerPage, editablePage, normalised } from './writable.ts';
import { readPageFields, textOf } from './write-fields.ts';

const postPage = (call: Call): HttpResponse => {
  const { confluence, caller } = call;
  const body = bodyOf(call);
  const spaceId = checkId(textOf(body, 'spaceId'), 'spaceId');
  const space = confluence.store.get('Space', spaceId);
  if (!space || !maySeeSpace(caller, space)) throw notFound();
  if (caller.application && !caller.application.spaces.update.includes(space.key)) throw notFound();
  const { title, storage, status, parentId, message } = readPageFields(call, null);
  const page = createPage(confluence, {
    spaceId,
    title,
    storage: normalised(call, storage),
    status,
    authorId: caller.person.id,
    message,
    ...(parentId !== undefined && { parentId }),
    ...(body.subtype === 'live' && { subtype: 'live' as const }),
  });
  return answerPage(call, page);
};

const deletePage = (call: Call): HttpResponse => {
  const { confluence, query } = call;
  const page = editablePage(call);
  const [isPurge, isDraft] = [flagOf(query, 'purge'), flagOf(query, 'draft')];
  if (isPurge && page.status !== 'trashed') throw invalid('purge=true needs a page that is in the trash');
  if (isDraft && page.status !== 'draft') throw invalid('draft=true needs a page that was never published');
  if (!isPurge && !isDraft && page.status === 'draft') throw invalid('a draft is deleted with draft=true');
  if (!isPurge && !isDraft && page.status === 'trashed') throw notFound();
  if (isPurge || isDraft) purgePage(confluence, page.id);
  else trashPage(confluence, page.id);
  return noContent();
};

export const createRoutes: ApiRoute[] = [
  { route: 'POST /wiki/api/v2/pages', scopes: scopes.writePage, handle: postPage },
  { route: 'DELETE /wiki/api/v2/pages/{id}', scopes: scopes.deletePage, handle: deletePage },
];
