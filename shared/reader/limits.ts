/** What a page may have. A page beyond is not read. */
export const limits = {
  /** Bytes of its text in UTF-8. Confluence itself refuses more in one request. */
  bytes: 5 * 1024 * 1024,
  items: 2_000,
  /** Elements within elements. */
  levels: 200,
} as const;
