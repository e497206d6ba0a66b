import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusalOf } from '../../../local/loopback.ts';
import { foreignPages, statusOf } from '../../support/raw-http.ts';

const server = createServer((request, response) => {
  const refusal = refusalOf(request);
  response.writeHead(refusal ? 403 : 200).end(refusal);
});
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

const ask = (headers: Record<string, string>) =>
  statusOf(
    `http://127.0.0.1:${port}`,
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', `${port}`)]),
    ),
  );

test.each<[string, Record<string, string>]>([
  ['a program', {}],
  ['a program with the host localhost', { host: 'localhost:PORT' }],
  ['a program with the host [::1]', { host: '[::1]:PORT' }],
  ['a program that sends no port', { host: '127.0.0.1' }],
  ['its own page', { origin: 'http://127.0.0.1:PORT' }],
  ['its own page under the other host name', { host: 'LOCALHOST:PORT', origin: 'http://localhost:PORT' }],
  ['its own page without a referrer', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
])('a local server accepts %s', async (_, headers) => {
  expect(await ask(headers)).toBe(200);
});

test.each<[string, Record<string, string>]>([
  ...foreignPages,
  ['a page of another scheme', { origin: 'https://127.0.0.1:PORT' }],
  ['a host name that begins like its own', { host: '127.0.0.1.evil.example:PORT' }],
  ['another port in Host', { host: '127.0.0.1:1' }],
  ['another loopback address', { host: '127.0.0.2:PORT' }],
  ['user information in Host', { host: 'localhost@evil.example' }],
  ['an origin that is no URL', { origin: 'localhost' }],
  ['an empty origin', { origin: '' }],
])('a local server refuses %s', async (_, headers) => {
  expect(await ask(headers)).toBe(403);
});

test('the refusal of a local server says what it accepts', async () => {
  const response = await fetch(`http://127.0.0.1:${port}`, { headers: { origin: 'https://evil.example' } });
  expect(await response.text()).toContain(`only pages of http://127.0.0.1:${port}`);
});
