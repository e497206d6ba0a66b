import * as z from 'zod/mini';
import { credentialTypes, type SiteProblem, siteProblems, siteStates } from '../../domain/planning/site.ts';
import { parseRow } from '../../parse.ts';
import { maybeText, number, type Stored, text } from '../fields.ts';

/** A row of `confluence_sites`: the site that a workspace is connected to, and its sealed credential. */
const SiteRow = z.object({
  workspaceId: text,
  /** The workspace's tenancy when the site was connected. A later tenancy has to connect it again. */
  tenancy: number,
  /** The site's origin, such as `https://acme.atlassian.net`. */
  siteUrl: text,
  /** Atlassian's id of the site, which stays if the site is renamed. */
  cloudId: text,
  authType: z.enum(credentialTypes),
  sealed: text,
  /** Raised with each credential that is stored. */
  credentialVersion: number,
  /** The spaces whose pages may be planned. */
  spaces: z.array(z.object({ id: text, key: text, name: text })),
  /** The account of the credential, where its scopes allow to ask: the author of what we write. */
  accountId: maybeText,
  accountName: maybeText,
  state: z.enum(siteStates),
  /** Why it is refused. */
  problem: z.optional(z.enum(Object.keys(siteProblems) as [SiteProblem, ...SiteProblem[]])),
  pausedUntil: maybeText,
  /** How often in a row Confluence refused the credential or did not answer. The pause grows with it. */
  outages: number,
  createdAt: text,
  updatedAt: text,
});
export type SiteRow = z.output<typeof SiteRow>;
export type SiteItem = Stored<typeof SiteRow>;

export const siteRow = (row: unknown): SiteRow => parseRow(SiteRow, row, 'confluence_sites');
