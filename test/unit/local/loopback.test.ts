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
  ['a program that says localhost', { host: 'localhost:PORT' }],
  ['a program that says [::1]', { host: '[::1]:PORT' }],
  ['a program that names no port', { host: '127.0.0.1' }],
  ['a page of its own', { origin: 'http://127.0.0.1:PORT' }],
  ['a page of its own under the other name', { host: 'LOCALHOST:PORT', origin: 'http://localhost:PORT' }],
  ['a page of its own that sends no referrer', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
])('%s is let in', async (_, headers) => {
  expect(await ask(headers)).toBe(200);
});

test.each<[string, Record<string, string>]>([
  ...foreignPages,
  ['a page of another scheme', { origin: 'https://127.0.0.1:PORT' }],
  ['a name that begins as ours', { host: '127.0.0.1.evil.example:PORT' }],
  ['another port in the name', { host: '127.0.0.1:1' }],
  ['another loopback address', { host: '127.0.0.2:PORT' }],
  ['user information before the name', { host: 'localhost@evil.example' }],
  ['an origin that is no URL', { origin: 'localhost' }],
  ['an empty origin', { origin: '' }],
])('%s is refused', async (_, headers) => {
  expect(await ask(headers)).toBe(403);
});

test('a refusal says what would be right', async () => {
  const response = await fetch(`http://127.0.0.1:${port}`, { headers: { origin: 'https://evil.example' } });
  expect(await response.text()).toContain(`only pages of http://127.0.0.1:${port}`);
});
