import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { linearClient } from '../../../shared/linear/client.ts';

const answer = async (message: string, path: (string | number)[]) => {
  const extensions = { type: 'internal error', code: 'INTERNAL_SERVER_ERROR' };
  const server = createServer((_, response) =>
    response.end(JSON.stringify({ data: null, errors: [{ message, path, extensions }] })),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const operation = { query: '{ viewer { id } }', data: z.object({}) };
  try {
    return await linearClient({ apiUrl, now: Date.now }).execute('token', operation, {});
  } finally {
    server.close();
  }
};

test('a relation without its other issue is refused for good, unlike other internal errors', async () => {
  const path = ['issues', 'nodes', 3, 'inverseRelations', 'nodes', 0, 'issue'];
  await expect(
    answer('Cannot return null for non-nullable field IssueRelation.issue.', path),
  ).rejects.toMatchObject({ failure: { is: 'refused', path: 'issues' } });
  await expect(answer('Internal server error', path)).rejects.toMatchObject({
    failure: { is: 'unavailable' },
  });
});
