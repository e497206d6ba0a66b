import { tinyOf, webPath } from '../../store/addresses.ts';
import { newestVersion, versionOf } from '../../store/content.ts';
import type { Page, Version } from '../../store/model.ts';
import { mayEdit } from '../../store/permissions.ts';
import type { Call } from '../call.ts';
import { notFound, notImplemented } from '../errors.ts';
import { flagOf } from '../parameters.ts';
import { propertyView, visibleProperties } from './properties.ts';

export interface PageView {
  /** Whether the body in storage format is in the answer. */
  withBody: boolean;
  /** The version that is answered, if not the newest. */
  number?: number | undefined;
}

/** A page as an item of a list. */
export const pageView = (call: Call, page: Page, { withBody, number = page.version }: PageView) => {
  const { store } = call.confluence;
  const version = versionOf(store, page, number);
  const space = store.get('Space', page.spaceId);
  if (!version || !space) throw notFound();
  const { id, subtype, sourceTemplateEntityId } = page;
  return {
    id,
    status: page.status,
    title: page.title,
    spaceId: page.spaceId,
    parentId: page.parentId,
    parentType: page.parentId === null ? null : 'page',
    position: page.position,
    authorId: page.authorId,
    ownerId: page.ownerId,
    lastOwnerId: null,
    createdAt: page.createdAt,
    version: { ...versionView(version), ncsStepVersion: String(version.number + 1) },
    body: withBody ? storageBody(version.storage) : {},
    _links: {
      webui: webPath(space, page),
      editui: `/pages/resumedraft.action?draftId=${id}`,
      edituiv2: `/spaces/${space.key}/pages/edit-v2/${id}`,
      tinyui: `/x/${tinyOf(id)}`,
    },
    ...(subtype && { subtype }),
    ...(sourceTemplateEntityId && { sourceTemplateEntityId }),
  };
};

/** A page as an answer of its own: without `subtype`, and with the links' base. */
export const singlePageView = (call: Call, page: Page, view: PageView) => {
  const { subtype: _, _links, ...rest } = pageView(call, page, view);
  return { ...rest, _links: { ..._links, base: `${call.confluence.siteUrl}/wiki` } };
};

export const versionView = ({ number, message, minorEdit, authorId, createdAt }: Version) => ({
  number,
  message,
  minorEdit,
  authorId,
  createdAt,
});

export const storageBody = (value: string) => ({ storage: { representation: 'storage', value } });

/** Whether the query asks for the body. Another representation than storage is not implemented. */
export const wantsBody = (query: URLSearchParams): boolean => {
  const format = query.get('body-format');
  if (format !== null && format !== 'storage') throw notImplemented(`body-format=${format}`);
  return format === 'storage';
};

const unknownIncludes = [
  'collaborators',
  'direct-children',
  'likes',
  'favorited-by-current-user-status',
  'webresources',
];

/** The parts of a page that are answered only if the query asks for them. */
export const includesOf = (call: Call, page: Page): Record<string, object> => {
  const { query } = call;
  for (const name of unknownIncludes) {
    if (flagOf(query, `include-${name}`)) throw notImplemented(`include-${name}`);
  }
  const part = (name: string, rows: () => object[]) =>
    flagOf(query, `include-${name}`) && {
      [name]: {
        results: rows().slice(0, 50),
        meta: { hasMore: rows().length > 50 },
        _links: { self: `/api/v2/pages/${page.id}/${name}` },
      },
    };
  return {
    ...part('labels', () => page.labels),
    ...part('properties', () => visibleProperties(call.confluence, page).map(propertyView)),
    ...part('operations', () => operationsOf(call, page)),
    ...part('versions', () => call.confluence.store.versionsOf(page.id).reverse().map(versionView)),
  };
};

/** What the caller may do with a page. */
export const operationsOf = ({ confluence, caller }: Call, page: Page): object[] =>
  ['read', ...(mayEdit(confluence, caller, page) ? ['update', 'delete', 'create_comment'] : [])].map(
    (operation) => ({ operation, targetType: operation === 'create_comment' ? 'comment' : 'page' }),
  );

/** A draft in the place of its page: its status is `draft`, and its version is 1. */
export const draftView = (call: Call, page: Page) => {
  const draft = call.confluence.store.get('Draft', page.id);
  const withBody = wantsBody(call.query);
  const view = singlePageView(call, page, { withBody });
  if (!draft) return view;
  return {
    ...view,
    status: 'draft',
    title: draft.title,
    version: {
      ...versionView(newestVersion(call.confluence, page)),
      ncsStepVersion: null,
      number: 1,
      authorId: draft.authorId,
      createdAt: draft.updatedAt,
    },
    body: withBody ? storageBody(draft.storage) : {},
  };
};
