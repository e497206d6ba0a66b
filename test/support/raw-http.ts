import { request } from 'node:http';
import { connect, type Socket } from 'node:net';

const portOf = (url: string) => Number(new URL(url).port);

/** An open connection that sends only the bytes it is given, valid or not. */
export const openSocket = (url: string): { socket: Socket; heard: () => string; closed: Promise<void> } => {
  const socket = connect(portOf(url), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  // A server may close the connection at any time.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, heard: () => heard, closed };
};

/** Sends bytes as they are and returns the status, or 0 if the connection ended without an answer. */
export const sendRaw = async (
  url: string,
  head: readonly string[],
  body: Buffer | string = '',
): Promise<number> => {
  const { socket, heard, closed } = openSocket(url);
  socket.write(`${[...head, 'host: 127.0.0.1', 'connection: close'].join('\r\n')}\r\n\r\n`);
  socket.write(body);
  await closed;
  return Number(/^HTTP\/1\.1 (\d+)/.exec(heard())?.[1] ?? 0);
};

/** The status of a request with any headers, including those that `fetch` does not let callers set. */
export const statusOf = (url: string, headers: Record<string, string>, body = '{}'): Promise<number> =>
  new Promise((resolve, reject) => {
    const asking = request(url, { method: 'POST', headers, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    asking.once('error', reject).end(body);
  });

/** The headers that a browser sends when a page of another site calls a server of this machine. */
export const foreignPages: [string, Record<string, string>][] = [
  ['a page of another site', { origin: 'https://evil.example' }],
  ['a page of another port', { origin: 'http://127.0.0.1:1' }],
  ['a page without an origin', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a page whose name was pointed at this machine', { host: 'evil.example' }],
  [
    'such a page, on the right port',
    { host: 'localhost.evil.example', origin: 'http://localhost.evil.example' },
  ],
];
