import type { Page, PageStatus } from '../../store/model.ts';
import { maySee } from '../../store/permissions.ts';
import type { Call } from '../call.ts';
import { notFound } from '../errors.ts';
import { checkId, wordsOf } from '../parameters.ts';

export const STATUSES = ['current', 'archived', 'trashed', 'deleted', 'historical', 'draft'] as const;

/** The page of the path, also one in the trash. Throws the 404 that a page gives that is absent or hidden. */
export const pageOfPath = (call: Call, missing = notFound): Page => {
  const id = checkId(call.parameters.id ?? '', 'id');
  const page = call.confluence.store.get('Page', id);
  if (!page || !maySee(call.confluence, call.caller, page)) throw missing();
  const statuses = wordsOf(call.query, 'status', STATUSES);
  if (statuses && !statuses.has(page.status as PageStatus)) throw missing();
  return page;
};

/** The same for the calls about the tree, which name what they miss. */
export const pageOfTree = (call: Call): Page =>
  pageOfPath(call, () => notFound(`Cannot find [page] entity with id [${call.parameters.id}]`));
