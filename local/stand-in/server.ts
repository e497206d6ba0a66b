import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusalOf } from '../loopback.ts';
import { BadRequest, type HttpRequest, type HttpResponse, json, readRequest } from './http.ts';

export interface StandInServer {
  url: string;
  port: number;
  /** Starts to answer requests. */
  serve: (answer: (request: HttpRequest) => Promise<HttpResponse>) => void;
  close: () => Promise<void>;
}

/**
 * An HTTP server on 127.0.0.1; port 0 takes a free one. It refuses requests of other sites, bodies over 10 MB and
 * paths that are no URL before `answer` sees them. Rejects with the system's error if the port is in use.
 */
export const openServer = async (port: number): Promise<StandInServer> => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    serve: (answer) => {
      server.on('request', (incoming, outgoing) => {
        answerSafely(incoming, answer).then((response) => write(outgoing, response));
      });
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

const answerSafely = async (
  incoming: IncomingMessage,
  answer: (request: HttpRequest) => Promise<HttpResponse>,
): Promise<HttpResponse> => {
  try {
    const refusal = refusalOf(incoming);
    return refusal ? json(403, { error: refusal }) : await answer(await readRequest(incoming));
  } catch (error) {
    // The client hung up while it sent its request, so nobody reads this answer.
    if (incoming.errored) return json(400, { error: 'aborted' });
    if (error instanceof BadRequest) return json(error.status, { error: error.message });
    console.error(error);
    return json(500, { error: String(error) });
  }
};

const write = (outgoing: ServerResponse, { status, headers, body, cutAfterMs }: HttpResponse): void => {
  if (cutAfterMs === undefined) {
    outgoing.writeHead(status, headers).end(body);
    return;
  }
  setTimeout(() => outgoing.destroy(), cutAfterMs).unref();
};
