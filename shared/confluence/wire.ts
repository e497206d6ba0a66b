import * as z from 'zod/mini';
import type { ConfluencePage, ConfluenceSpace } from './api.ts';

/** Ids are 64-bit numbers as text. `Number` would change those beyond 2^53. */
export const isId = (id: string): boolean => /^[1-9]\d{0,18}$/.test(id);
const id = z.string().check(z.refine(isId));
const maybe = (most: number) => z.optional(z.nullable(z.string().check(z.maxLength(most))));

/** A page, alone or in a list. What a list leaves out is optional. */
const WirePage = z.object({
  id,
  title: z.string().check(z.maxLength(1_000)),
  status: z.string().check(z.maxLength(100)),
  subtype: maybe(100),
  spaceId: id,
  version: z.object({
    number: z.int().check(z.positive()),
    createdAt: z.iso.datetime({ offset: true }),
    authorId: maybe(200),
  }),
  body: z.optional(z.object({ storage: z.optional(z.object({ value: z.string() })) })),
  _links: z.optional(z.object({ webui: maybe(5_000) })),
});

export const Page = z.pipe(
  WirePage,
  z.transform(
    ({ version, subtype, body, _links, ...page }): ConfluencePage => ({
      id: page.id,
      title: page.title,
      status: page.status,
      isLive: subtype === 'live',
      spaceId: page.spaceId,
      version: { number: version.number, createdAt: version.createdAt, authorId: version.authorId ?? '' },
      ...(body?.storage && { storage: body.storage.value }),
      webPath: _links?.webui ?? `/pages/viewpage.action?pageId=${page.id}`,
    }),
  ),
);

export const Space = z.pipe(
  z.object({
    id,
    key: z.string().check(z.minLength(1), z.maxLength(300)),
    name: z.string().check(z.maxLength(1_000)),
    homepageId: z.optional(z.nullable(id)),
  }),
  z.transform(
    ({ homepageId, ...space }): ConfluenceSpace => ({ ...space, ...(homepageId && { homepageId }) }),
  ),
);

export const User = z.object({
  accountId: z.string().check(z.minLength(1), z.maxLength(200)),
  displayName: maybe(1_000),
  publicName: maybe(1_000),
});
export type User = z.output<typeof User>;

/** People may hide their name from others, and an application may have none. */
export const nameOf = ({ accountId, displayName, publicName }: User): string =>
  displayName || publicName || accountId;
