import type { HttpResponse } from '../../../stand-in/http.ts';
import { normaliseWrite } from '../../storage/normalise-write.ts';
import type { Page } from '../../store/model.ts';
import { mayEdit } from '../../store/permissions.ts';
import { answer, type Call } from '../call.ts';
import { ApiError, badRequest, notFound } from '../errors.ts';
import { pageOfPath } from './find-page.ts';
import { singlePageView } from './page-view.ts';

/** A page after a write: with its body, also if the query does not ask for it. */
export const answerPage = (call: Call, page: Page): HttpResponse =>
  answer(200, singlePageView(call, page, { withBody: true }));

/** The page of the path. Throws what somebody gets who may not edit it. */
export const editablePage = (call: Call): Page => {
  const { confluence, caller } = call;
  const page = pageOfPath(call);
  if (mayEdit(confluence, caller, page)) return page;
  if (confluence.switches.values.putForbidden === 404) throw notFound();
  throw new ApiError(403, 'FORBIDDEN', 'Forbidden');
};

/** What is kept of a body that is sent. Throws a 400 for malformed storage. `stored` is the body before the write. */
export const normalised = (call: Call, storage: string, stored?: string): string => {
  const result = normaliseWrite(
    storage,
    call.confluence.switches.values,
    stored === undefined ? {} : { stored },
  );
  if ('error' in result) throw badRequest(result.error);
  return result.storage;
};
