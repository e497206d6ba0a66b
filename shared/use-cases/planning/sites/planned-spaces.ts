import type { ConfluenceApi, ConfluencePage } from '../../../confluence/api.ts';
import type { SiteRow } from '../../../data/planning/site-row.ts';
import { SiteError } from './site-error.ts';

/**
 * A site's API that shows only the spaces that may be planned. The account may read more than the member who asks, so
 * every page is checked each time it is read: it may have been moved. Throws `SiteError` `space_not_planned`.
 */
export const inPlannedSpaces = (api: ConfluenceApi, { spaces }: Pick<SiteRow, 'spaces'>): ConfluenceApi => {
  const ids = new Set(spaces.map(({ id }) => id));
  const isPlanned = ({ spaceId }: Pick<ConfluencePage, 'spaceId'>) => ids.has(spaceId);

  /** A space that does not exist is answered alike, so that nobody learns which there are. */
  const planned = <S extends { id: string }>(space: S | undefined): S => {
    if (space && ids.has(space.id)) return space;
    throw new SiteError('space_not_planned');
  };

  return {
    whoAmI: () => api.whoAmI(),
    userNames: (accountIds) => api.userNames(accountIds),

    async page(id, options) {
      const page = await api.page(id, options);
      if (page && !isPlanned(page)) throw new SiteError('space_not_planned');
      return page;
    },

    async pages(of) {
      return new Map([...(await api.pages(of))].filter(([, page]) => isPlanned(page)));
    },

    async pageByTitle(spaceId, title) {
      return api.pageByTitle(planned({ id: spaceId }).id, title);
    },

    async spacesByKey(keys) {
      return (await api.spacesByKey(keys)).filter(({ id }) => ids.has(id));
    },

    async spaceByKey(key) {
      return planned(await api.spaceByKey(key));
    },

    async spaceById(id) {
      return api.spaceById(planned({ id }).id);
    },
  };
};
