import type { Page } from '../../store/model.ts';
import { mayEdit, maySee } from '../../store/permissions.ts';
import type { Call } from '../call.ts';
import { ApiError } from '../errors.ts';

const missing = (id: string | undefined) =>
  new ApiError(
    404,
    'NOT_FOUND',
    `com.atlassian.confluence.api.service.exceptions.NotFoundException: No content found with id: ContentId{id=${id}}`,
    { origin: 'v1' },
  );

/** The page of the path, with the errors of version 1. */
export const pageOfPath = (call: Call): Page => {
  const page = call.confluence.store.get('Page', call.parameters.id ?? '');
  if (!page || !maySee(call.confluence, call.caller, page)) throw missing(call.parameters.id);
  return page;
};

/** The same for a change, which needs the right to edit. */
export const editablePage = (call: Call): Page => {
  const page = pageOfPath(call);
  if (mayEdit(call.confluence, call.caller, page)) return page;
  throw new ApiError(
    403,
    'FORBIDDEN',
    'com.atlassian.confluence.api.service.exceptions.PermissionException: Forbidden',
    {
      origin: 'v1',
    },
  );
};
