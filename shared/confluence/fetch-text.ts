import { ConfluenceError } from './errors.ts';

const TIMEOUT_MS = 10_000;
/** A page's text has up to 5 MB, and up to three times as much where JSON escapes its characters. */
const MOST_BYTES = 16 * 1024 * 1024;

/** An answer, read to its end. */
export type Answer = { status: number; headers: Headers; text: string };

const textOf = async (body: Response['body']): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new ConfluenceError({ is: 'too_large' }, { bytes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** An error's message may quote a header, and with it a token. */
const nameOf = (error: unknown) => {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  return { error: String(name), code: cause?.code && String(cause.code) };
};

/**
 * Sends one request and reads the whole answer, for 10 s at the most and not beyond `deadline` (epoch ms). It follows
 * no redirect. Throws `ConfluenceError` if there is no complete answer.
 */
export const fetchText = async (
  url: string,
  init: RequestInit,
  { deadline = Number.POSITIVE_INFINITY, now }: { deadline?: number | undefined; now: () => number },
): Promise<Answer> => {
  const leftMs = deadline - now();
  if (leftMs <= 0) throw new ConfluenceError({ is: 'out_of_time' });
  const signal = AbortSignal.timeout(Math.ceil(Math.min(TIMEOUT_MS, leftMs)));
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    return { status: response.status, headers: response.headers, text: await textOf(response.body) };
  } catch (error) {
    if (error instanceof ConfluenceError) throw error;
    const isOurs = signal.aborted && leftMs < TIMEOUT_MS;
    throw new ConfluenceError({ is: isOurs ? 'out_of_time' : 'unavailable' }, nameOf(error));
  }
};
