import { request } from 'node:http';
import { connect, type Socket } from 'node:net';

const portOf = (url: string) => Number(new URL(url).port);

/** An open connection that says only what it is told to, however wrong. */
export const openSocket = (url: string): { socket: Socket; heard: () => string; closed: Promise<void> } => {
  const socket = connect(portOf(url), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  // A server may hang up in mid-sentence.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, heard: () => heard, closed };
};

/** Sends bytes as they are and answers the status, or 0 where the connection ended without one. */
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

/** The status of a request with any headers, also those that `fetch` keeps to itself. */
export const statusOf = (url: string, headers: Record<string, string>, body = '{}'): Promise<number> =>
  new Promise((resolve, reject) => {
    const asking = request(url, { method: 'POST', headers, agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
    });
    asking.once('error', reject).end(body);
  });

/** What a browser says of a page of another site that calls a server of this machine. */
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
