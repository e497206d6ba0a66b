import { Agent, createServer, request as forward } from 'node:http';
import { refusalOf } from '../loopback.ts';
import { listen } from '../ports.ts';

/**
 * The public address of the DynamoDB engine. The engine answers pages of every site, so its own address is secret. This
 * proxy refuses requests of other sites and forwards the rest.
 */
export const openProxy = async (engine: string) => {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    const refusal = refusalOf(incoming);
    if (refusal) {
      outgoing.writeHead(403, { 'content-type': 'application/json' });
      return outgoing.end(JSON.stringify({ __type: 'AccessDeniedException', message: refusal }));
    }
    const { method, headers, url: path } = incoming;
    const forwarded = forward(engine, { method, headers, path, agent }, (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !name.startsWith('access-control-'));
      outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.once('close', () => forwarded.destroy());
    return incoming.pipe(forwarded);
  });
  const port = await listen(server, 0, 'a free port');
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
