import { createV2Client } from 'confluence.js';
import { describe, expect, test, vi } from 'vitest';
import { drift, judge } from '../../support/local-confluence/judge.ts';

// The client decides when it is loaded whether its schemas collect what they do not know.
vi.hoisted(() => {
  process.env.AUDIT_SCHEMAS = 'true';
});

describe('confluence.js with its audit', () => {
  judge();
});

test('the audit finds a field that Confluence does not have', async () => {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end('{"id":"1","invented":true}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const client = createV2Client({
    host: `http://127.0.0.1:${port}`,
    auth: { type: 'basic', email: 'a@example.com', apiToken: 'x' },
  });
  await client.page.getPageById({ id: 1 });
  expect(JSON.stringify(drift())).toContain('invented');
  server.close();
});
