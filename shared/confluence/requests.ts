import * as z from 'zod/mini';
import { batched } from '../batched.ts';
import type { ConfluenceApi, ConfluencePage, ConfluenceSpace } from './api.ts';
import { type ConfluenceAccess, confluenceClient } from './client.ts';
import { ConfluenceError, hasFailed } from './errors.ts';
import { listed } from './listing.ts';
import { isId, nameOf, Page, Space, User } from './wire.ts';

/** What Confluence takes at most: ids or keys a request, and results a page of a list. */
const MOST = 250;
const LONGEST_TITLE = 255;
const LONGEST_KEY = 255;

const orNothing = async <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (hasFailed(error, 'not_found')) return undefined;
    throw error;
  });

const repeated = (name: string, values: readonly string[]) =>
  values.map((value): [string, string] => [name, value]);

/** Confluence takes a comma for a second key. */
const isKey = (key: string): boolean => /^[^\s,]+$/.test(key) && key.length <= LONGEST_KEY;

/**
 * A name is of use where it can be had, and nothing depends on it. Whether the credential is accepted at all, the
 * requests for pages show: these are checked against other scopes.
 */
const mayLack = (error: unknown): boolean =>
  hasFailed(error, 'scope', 'unauthorized', 'forbidden', 'not_found', 'refused', 'unreadable');

/** Calls one Confluence site. What each call does is said in api.ts. */
export const confluenceApi = (access: ConfluenceAccess): ConfluenceApi => {
  const client = confluenceClient(access);

  /** The readable items of a list. One that cannot be read must not hide the others. */
  const items = async <S extends z.ZodMiniType>(
    schema: S,
    path: string,
    query: [string, string][],
  ): Promise<z.output<S>[]> => {
    const all: z.output<S>[] = [];
    for await (const results of listed(client, { path, query: [...query, ['limit', String(MOST)]] }))
      for (const result of results) {
        const read = schema.safeParse(result);
        if (read.success) all.push(read.data);
      }
    return all;
  };

  const spacesByKey = async (keys: readonly string[]): Promise<ConfluenceSpace[]> => {
    const asked = [...new Set(keys)].filter(isKey);
    const found = await Promise.all(
      batched(asked, { size: MOST }).map((some) =>
        items(Space, '/wiki/api/v2/spaces', repeated('keys', some)),
      ),
    );
    return found.flat();
  };

  return {
    async whoAmI() {
      try {
        const { body } = await client.read({ path: '/wiki/rest/api/user/current' }, User);
        return { accountId: body.accountId, displayName: nameOf(body) };
      } catch (error) {
        if (mayLack(error)) return undefined;
        throw error;
      }
    },

    async page(id, { withBody = false, version } = {}) {
      if (!isId(id)) return undefined;
      const query: [string, string][] = [];
      if (withBody) query.push(['body-format', 'storage']);
      if (version !== undefined) query.push(['version', String(version)]);
      const answer = await orNothing(client.read({ path: `/wiki/api/v2/pages/${id}`, query }, Page));
      if (answer && withBody && answer.body.storage === undefined)
        throw new ConfluenceError({ is: 'unreadable' }, { unexpected: 'a page without the body asked for' });
      return answer?.body;
    },

    async pages(ids) {
      const wanted = new Set(ids.filter(isId));
      const found = await Promise.all(
        batched([...wanted], { size: MOST }).map((some) =>
          items(Page, '/wiki/api/v2/pages', [
            ...repeated('id', some),
            ['status', 'current'],
            ['status', 'archived'],
          ]),
        ),
      );
      return new Map<string, ConfluencePage>(
        found.flat().flatMap((page) => (wanted.has(page.id) ? [[page.id, page]] : [])),
      );
    },

    async pageByTitle(spaceId, title) {
      if (!isId(spaceId) || title.length > LONGEST_TITLE) return undefined;
      const found = await items(Page, '/wiki/api/v2/pages', [
        ['space-id', spaceId],
        ['title', title],
        ['status', 'current'],
        ['status', 'archived'],
      ]);
      return found.find((page) => page.title === title && page.spaceId === spaceId);
    },

    spacesByKey,

    async spaceByKey(key) {
      const found = await spacesByKey([key]);
      return found.find((space) => space.key.toLowerCase() === key.toLowerCase());
    },

    async spaceById(id) {
      if (!isId(id)) return undefined;
      return (await orNothing(client.read({ path: `/wiki/api/v2/spaces/${id}` }, Space)))?.body;
    },

    async userNames(accountIds) {
      const names = new Map<string, string>();
      const Users = z.object({ results: z.array(z.unknown()) });
      for (const some of batched([...new Set(accountIds)].filter(Boolean), { size: MOST })) {
        const request = { path: '/wiki/api/v2/users-bulk', body: { accountIds: some } };
        const answer = await client.read(request, Users).catch((error: unknown) => {
          if (mayLack(error)) return { body: { results: [] } };
          throw error;
        });
        for (const result of answer.body.results) {
          const user = User.safeParse(result);
          if (user.success) names.set(user.data.accountId, nameOf(user.data));
        }
      }
      return names;
    },
  };
};
