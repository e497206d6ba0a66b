import type { ConfluenceApi, ConfluencePage } from '../../../confluence/api.ts';
import { type PageAddress, pageAddress } from '../../../confluence/page-address.ts';
import { AppError } from '../../../errors.ts';
import { pageNotFound, pageTrouble } from '../reading/page-troubles.ts';
import { invalid } from './invalid.ts';

const wrong = (message: string): AppError => invalid('confluencePageUrl', message);

const spaceOf = async (api: ConfluenceApi, key: string) => {
  const space = await api.spaceByKey(key);
  if (!space) throw wrong(`The site has no space ${key}, or the account of the site may not see it.`);
  return space;
};

const pageAt = async (
  api: ConfluenceApi,
  address: PageAddress,
  siteUrl: string,
): Promise<ConfluencePage | undefined> => {
  switch (address.kind) {
    case 'page':
    case 'draft':
      return api.page(address.id);
    case 'title': {
      const space = await spaceOf(api, address.spaceKey);
      return api.pageByTitle(space.id, address.title);
    }
    case 'overview': {
      const { homepageId } = await spaceOf(api, address.spaceKey);
      return homepageId === undefined ? undefined : api.page(homepageId);
    }
    case 'other':
      throw wrong(
        `This is the address of a ${address.what}. Only a page can be planned: send a page’s address.`,
      );
    case 'elsewhere':
      throw wrong(`This address belongs to ${address.host}. The workspace is connected to ${siteUrl}.`);
    case 'unknown':
      throw wrong(
        `This is no address of a page. Copy it from the browser, such as ${siteUrl}/wiki/spaces/KEY/pages/123456/Title.`,
      );
  }
};

/**
 * The page that an address leads to, in any of Confluence's forms. Throws `invalid_input` if it leads to no page of this
 * site, and `conflict` if the page as it is now cannot be planned from.
 */
export const findPage = async (
  api: ConfluenceApi,
  address: string,
  siteUrl: string,
): Promise<ConfluencePage> => {
  const page = await pageAt(api, pageAddress(address, siteUrl), siteUrl);
  if (!page) throw wrong(`${pageNotFound.message} Correct the address, or let the account view the page.`);
  const trouble = pageTrouble(page);
  if (trouble) throw new AppError('conflict', `${trouble.message} ${trouble.mend}`);
  return page;
};
