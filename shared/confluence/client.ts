import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { BoundedMap } from '../bounded-map.ts';
import { shortened } from '../fitting.ts';
import { jsonOrNothing } from '../json.ts';
import { ConfluenceError, hasFailed } from './errors.ts';
import { failureOf } from './failure.ts';
import { type Answer, fetchText } from './fetch-text.ts';
import { inTurn } from './in-turn.ts';

/** Twenty at once were enough for Confluence to limit the rate. */
const MOST_AT_ONCE = 4;
const KNOWN_SITES = 1_000;
/** How soon a read that failed is sent again, once. */
const AGAIN_MS = 300;
const MOST_LOGGED = 10;

/** The turns at each site, which all its clients of this process share. */
const sites = new BoundedMap<ReturnType<typeof inTurn>>(KNOWN_SITES);
const turnsAt = (baseUrl: string) => {
  const turns = sites.get(baseUrl) ?? inTurn(MOST_AT_ONCE);
  if (!sites.has(baseUrl)) sites.set(baseUrl, turns);
  return turns;
};

export type ConfluenceAccess = {
  /** The site, or its address at the gateway, without `/wiki`. Every request goes there and nowhere else. */
  baseUrl: string;
  /** The `authorization` header. After a 401 it is asked for another one than `refused`, and may have none. */
  authorization: (refused?: string) => Promise<string>;
  /** No request begins after it (epoch ms), and none lasts longer. */
  deadline?: number | undefined;
  now: () => number;
};

/** `path` begins with `/wiki`. A `body` is sent by POST; only such calls as change nothing are made here. */
export type ConfluenceRequest = {
  path: string;
  query?: readonly [string, string][];
  body?: object;
};

/** Confluence Cloud's REST API over `fetch`. Throws `ConfluenceError` for everything but the expected answer. */
export const confluenceClient = ({ baseUrl, authorization, deadline, now }: ConfluenceAccess) => {
  const turn = turnsAt(baseUrl);

  const sendAs = ({ path, query = [], body }: ConfluenceRequest, header: string): Promise<Answer> => {
    const search = new URLSearchParams([...query]).toString();
    const headers = {
      accept: 'application/json',
      authorization: header,
      ...(body && { 'content-type': 'application/json' }),
    };
    return fetchText(
      `${baseUrl}${path}${search && `?${search}`}`,
      body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers },
      { deadline, now },
    );
  };

  const failed = ({ status, headers, text }: Answer) =>
    new ConfluenceError(failureOf({ status, headers }, jsonOrNothing(text), now()), {
      status,
      traceId: shortened(headers.get('atl-traceid') ?? '', 100),
    });

  /** A token may have ended before its time, so a 401 is answered with another one, once. */
  const send = async (request: ConfluenceRequest): Promise<Answer> => {
    const header = await authorization();
    const answer = await sendAs(request, header);
    if (answer.status !== 401) return answer;
    const error = failed(answer);
    if (!hasFailed(error, 'unauthorized')) throw error;
    const other = await authorization(header);
    if (other === header) throw error;
    return sendAs(request, other);
  };

  /** HTML and half an answer are an outage: they come from an edge that stands in for Confluence. */
  const read = async (request: ConfluenceRequest): Promise<{ body: unknown; headers: Headers }> => {
    const answer = await send(request);
    if (answer.status !== 200) throw failed(answer);
    const body = jsonOrNothing(answer.text);
    if (typeof body !== 'object' || body === null)
      throw new ConfluenceError({ is: 'unavailable' }, { status: 200, why: 'no JSON' });
    return { body, headers: answer.headers };
  };

  const readAgain = (request: ConfluenceRequest) =>
    read(request).catch(async (error: unknown) => {
      if (!hasFailed(error, 'unavailable') || now() + AGAIN_MS >= (deadline ?? Number.POSITIVE_INFINITY))
        throw error;
      await sleep(AGAIN_MS);
      return read(request);
    });

  return {
    /** The answer to a request that changes nothing. One that fails for a moment is sent again, once. */
    async read<S extends z.ZodMiniType>(
      request: ConfluenceRequest,
      schema: S,
    ): Promise<{ body: z.output<S>; headers: Headers }> {
      const { body, headers } = await turn(() => readAgain(request));
      const parsed = schema.safeParse(body);
      if (parsed.success) return { body: parsed.data, headers };
      const unexpected = parsed.error.issues
        .slice(0, MOST_LOGGED)
        .map(({ code, path }) => ({ code, path: shortened(path.join('.'), 200) }));
      throw new ConfluenceError({ is: 'unreadable' }, { unexpected });
    },
  };
};

export type ConfluenceClient = ReturnType<typeof confluenceClient>;
