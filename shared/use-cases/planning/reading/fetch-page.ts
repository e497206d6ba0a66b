import type { ConfluencePage } from '../../../confluence/api.ts';
import type { SessionRow } from '../../../data/planning/session-row.ts';
import type { Reading } from '../../../domain/planning/plan.ts';
import type { WithConfluence } from '../sites/with-confluence.ts';
import { PageTrouble, pageNotFound, pageTrouble } from './page-troubles.ts';

/**
 * Reads the text of a page. `namesOf` answers the display names of accounts, by id. `despiteVeto`: whatever its headings
 * are typical of.
 */
export type ReadPlan = (
  storage: string,
  how: {
    namesOf: (accountIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
    despiteVeto: boolean;
  },
) => Promise<Reading>;

export type FetchedPage = { page: ConfluencePage; reading: Reading };

/** Reads the page of a session as it is now. Throws a `PageTrouble` if it cannot be planned from. */
export const fetchPage =
  ({ confluence, readPlan }: { confluence: WithConfluence; readPlan: ReadPlan }) =>
  ({
    workspaceId,
    tenancy,
    cloudId,
    pageId,
    readVersion = 0,
    despiteVeto = false,
  }: SessionRow): Promise<FetchedPage> =>
    confluence(workspaceId, async (api, site) => {
      if (site.cloudId !== cloudId || site.tenancy !== tenancy)
        throw new PageTrouble({
          code: 'site_changed',
          message: 'This workspace is connected to another Confluence site than the one the page is on.',
          mend: 'Connect the site of the page again, or end this session.',
        });
      const page = await api.page(pageId, { withBody: true });
      const trouble = page ? pageTrouble(page) : pageNotFound;
      if (!page || trouble) throw new PageTrouble(trouble ?? pageNotFound);
      if (page.version.number < readVersion)
        throw new PageTrouble({
          code: 'unavailable',
          message: `Confluence showed version ${page.version.number} of the page, and version ${readVersion} before.`,
          mend: 'It goes on by itself once Confluence shows a version that is not older.',
        });
      const reading = await readPlan(page.storage ?? '', { namesOf: api.userNames, despiteVeto });
      return { page, reading };
    });
