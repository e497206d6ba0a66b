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
