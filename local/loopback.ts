import type { IncomingMessage } from 'node:http';

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * The reason why a local server refuses a request; undefined if it accepts it. Any web page can send requests to a
 * loopback port. The browser then names the page in `Origin` or, if the page's host name resolves to this machine (DNS
 * rebinding), in `Host`. Programs send no `Origin`.
 */
export const refusalOf = ({ headers, socket }: IncomingMessage): string | undefined => {
  const port = socket.localPort;
  if (!isOwnHost(headers.host ?? '', port)) {
    return `The Host header must be ${NAMES.map((name) => `${name}:${port}`).join(' or ')}: this server is only for this machine.`;
  }
  const { origin, 'sec-fetch-site': site } = headers;
  // A page without a referrer has the origin "null" even for its own server. Only a browser can set `same-origin`.
  if (origin === undefined || isOwnOrigin(origin, port) || (origin === 'null' && site === 'same-origin'))
    return undefined;
  return `The Origin header names a page of another site: only pages of http://127.0.0.1:${port} may call this server.`;
};

const isOwnHost = (host: string, port: number | undefined) =>
  NAMES.some((name) => [name, `${name}:${port}`].includes(host.toLowerCase()));

const isOwnOrigin = (origin: string, port: number | undefined) => {
  const url = URL.parse(origin);
  return url?.protocol === 'http:' && NAMES.includes(url.hostname) && Number(url.port || 80) === port;
};
