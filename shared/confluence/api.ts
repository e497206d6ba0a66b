/** A page as Confluence Cloud's REST API v2 describes it. */
export type ConfluencePage = {
  id: string;
  title: string;
  /** `current`, `archived`, `trashed`, `draft`, `historical`, `deleted`. Confluence may add words. */
  status: string;
  /** A live document has no versions that somebody published. Sure only in lists, which alone name it. */
  isLive: boolean;
  spaceId: string;
  version: { number: number; createdAt: string; authorId: string };
  /** Its body in storage format; absent unless asked for. */
  storage?: string;
  /** The page's path below the site's `/wiki`. */
  webPath: string;
};

export type ConfluenceSpace = { id: string; key: string; name: string; homepageId?: string | undefined };

/** Requests to one Confluence site. Each throws a `ConfluenceError` (errors.ts) that says what failed. */
export type ConfluenceApi = {
  /** The account that the credential belongs to. `undefined` where its scopes do not allow to ask. */
  whoAmI(): Promise<{ accountId: string; displayName: string } | undefined>;
  /** A page, also one in the trash. `undefined` if there is none or we may not see it. `version` answers an old body. */
  page(id: string, options?: { withBody?: boolean; version?: number }): Promise<ConfluencePage | undefined>;
  /** The pages among `ids` that are not in the trash and that we may see, without bodies. Any number of ids. */
  pages(ids: readonly string[]): Promise<Map<string, ConfluencePage>>;
  /** The page of this exact title in a space. */
  pageByTitle(spaceId: string, title: string): Promise<ConfluencePage | undefined>;
  /** The spaces among these keys that we may see. Any number of keys. */
  spacesByKey(keys: readonly string[]): Promise<ConfluenceSpace[]>;
  spaceByKey(key: string): Promise<ConfluenceSpace | undefined>;
  spaceById(id: string): Promise<ConfluenceSpace | undefined>;
  /** Display names by account id. Ids that Confluence does not know are left out. */
  userNames(accountIds: readonly string[]): Promise<Map<string, string>>;
};
