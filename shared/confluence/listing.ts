import * as z from 'zod/mini';
import type { ConfluenceClient, ConfluenceRequest } from './client.ts';

/** Far more pages than any list of ours has. */
const MOST_PAGES = 200;

const Listing = z.object({
  results: z.array(z.unknown()),
  _links: z.optional(z.object({ next: z.optional(z.nullable(z.string())) })),
});

const readPage = (client: ConfluenceClient, request: ConfluenceRequest) => client.read(request, Listing);

/** The header also comes at the end of a list, with only `rel="base"`. */
const NEXT_LINK = /<([^<>]{1,4000})>\s*;\s*rel="?next"?/;

/**
 * The request for the next page of a list. Confluence names it relative to the site or to the site's `/wiki`, so only
 * its path and query are used, never its host.
 */
const nextRequest = (next: string): ConfluenceRequest | undefined => {
  const url = URL.parse(next, 'https://site.invalid');
  if (!url) return undefined;
  const below = url.pathname.indexOf('/wiki/');
  const path = below < 0 ? `/wiki${url.pathname}` : url.pathname.slice(below);
  return { path, query: [...url.searchParams] };
};

/**
 * Reads the pages of a list one after the other, until there is no more or the caller stops. A cursor that comes back
 * would never end, so it ends the list.
 */
export async function* listed(client: ConfluenceClient, first: ConfluenceRequest): AsyncGenerator<unknown[]> {
  const seen = new Set<string>();
  let request: ConfluenceRequest | undefined = first;
  while (request && seen.size < MOST_PAGES) {
    const { body, headers }: Awaited<ReturnType<typeof readPage>> = await readPage(client, request);
    yield body.results;
    const next: string | undefined = body._links?.next || NEXT_LINK.exec(headers.get('link') ?? '')?.[1];
    request = next && !seen.has(next) ? nextRequest(next) : undefined;
    if (next) seen.add(next);
  }
}
