import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Body = Buffer<ArrayBuffer>;

/** A server that takes the webhooks of the local Linear and keeps them until a test asks for them. */
export const startInbox = async () => {
  const kept = new Map<string, Body[]>();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const { organizationId } = JSON.parse(body.toString()) as { organizationId: string };
    kept.set(organizationId, [...(kept.get(organizationId) ?? []), body]);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The bodies of an organization that came since the last call, in the order of their arrival. */
    take(organizationId: string): Body[] {
      const bodies = kept.get(organizationId) ?? [];
      kept.delete(organizationId);
      return bodies;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type Inbox = Awaited<ReturnType<typeof startInbox>>;
