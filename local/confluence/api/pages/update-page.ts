import type { HttpResponse } from '../../../stand-in/http.ts';
import { scopes } from '../../oauth/scopes.ts';
import { newestVersion, Refused } from '../../store/content.ts';
import { saveDraft, writeUnpublished } from '../../store/drafts.ts';
import { restorePage } from '../../store/lifecycle.ts';
import type { Page } from '../../store/model.ts';
import { saveVersion } from '../../store/pages.ts';
import { type ApiRoute, answer, bodyOf, type Call } from '../call.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { singlePageView } from './page-view.ts';
import { answerPage, editablePage, normalised } from './writable.ts';
import { type PageFields, readPageFields, textOf } from './write-fields.ts';

/** Runs a change, and answers a taken title with the status that an update gives it. */
const updating = (call: Call, change: () => Page): Page => {
  try {
    return change();
  } catch (error) {
    const status = call.confluence.switches.values.updateTitleTaken;
    if (error instanceof Refused && error.kind === 'title-taken' && status === 409)
      throw conflict(error.message);
    throw error;
  }
};

const checkNumber = (number: number, current: number): void => {
  if (number !== current + 1)
    throw conflict(
      `Version must be incremented when updating a page. Current Version: [${current}]. Provided version: [${number}]`,
    );
};

const updatePage = (call: Call): HttpResponse => {
  const { confluence, caller } = call;
  const { livePut } = confluence.switches.values;
  const page = editablePage(call);
  const fields = readPageFields(call, page);
  if (page.status === 'draft') return updateUnpublished(call, page, fields);
  if (fields.status === 'draft') return updateDraft(call, page, fields);
  switch (page.status) {
    case 'archived':
      throw notFound('Can not find draft with current content');
    case 'trashed':
      checkNumber(fields.number, page.version);
      return answerPage(call, restorePage(confluence, page.id));
    case 'current':
  }
  if (page.subtype === 'live' && livePut !== 'as-page') {
    const title = 'A live document cannot be updated by its pages endpoint';
    throw livePut === 409 ? conflict(title) : badRequest(title);
  }
  checkNumber(fields.number, page.version);
  return answerPage(
    call,
    updating(call, () => writeVersion(call, page, fields, caller.person.id)),
  );
};

const writeVersion = (call: Call, page: Page, fields: PageFields, authorId: string): Page => {
  const { confluence } = call;
  const { unchangedPut, moveMakesVersion } = confluence.switches.values;
  const stored = newestVersion(confluence, page).storage;
  const storage = normalised(call, fields.storage, stored);
  const { title, parentId = page.parentId, ownerId = page.ownerId, message } = fields;
  const isSame = storage === stored && title === page.title && ownerId === page.ownerId;
  const isMoved = parentId !== page.parentId;
  if (isSame && !isMoved && unchangedPut === 'same-version') return page;
  return saveVersion(confluence, page.id, {
    title,
    storage,
    authorId,
    message,
    parentId,
    ownerId,
    isMoveAlone: isSame && isMoved && !moveMakesVersion,
  });
};

/** An update with the status `draft` changes the caller's draft and leaves the page. Its version is always 1. */
const updateDraft = (call: Call, page: Page, fields: PageFields): HttpResponse => {
  const { confluence, caller } = call;
  if (fields.number !== 1) throw badRequest('The version number of a draft must be 1');
  const storage = normalised(call, fields.storage);
  const draft = saveDraft(confluence, page.id, { title: fields.title, storage, authorId: caller.person.id });
  const view = singlePageView(call, page, { withBody: true });
  return answer(200, {
    ...view,
    status: 'draft',
    title: draft.title,
    version: { ...view.version, number: 1, createdAt: draft.updatedAt },
    body: { storage: { representation: 'storage', value: draft.storage } },
  });
};

/** A page that was never published stays a draft of version 1, or becomes a page of version 1. */
const updateUnpublished = (call: Call, page: Page, fields: PageFields): HttpResponse => {
  const { confluence, caller } = call;
  if (fields.number !== 1) checkNumber(fields.number, 0);
  const storage = normalised(call, fields.storage);
  const { title, status } = fields;
  const values = { title, status, storage, authorId: caller.person.id };
  return answerPage(
    call,
    updating(call, () => writeUnpublished(confluence, page.id, values)),
  );
};

const updateTitle = (call: Call): HttpResponse => {
  const { confluence, caller } = call;
  const page = editablePage(call);
  const body = bodyOf(call);
  const title = textOf(body, 'title');
  if (page.status !== 'current') throw notFound();
  if (title === page.title) return answerPage(call, page);
  return answerPage(
    call,
    updating(call, () => saveVersion(confluence, page.id, { title, authorId: caller.person.id })),
  );
};

export const updateRoutes: ApiRoute[] = [
  { route: 'PUT /wiki/api/v2/pages/{id}', scopes: scopes.writePage, handle: updatePage },
  { route: 'PUT /wiki/api/v2/pages/{id}/title', scopes: scopes.writePage, handle: updateTitle },
];
