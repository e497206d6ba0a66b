import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { toEvent, writeResult } from '../local/api-gateway/http-event.ts';

/** The product's webhook bundle behind a plain HTTP server in one process, as the peer is. Sends its port. */
const { handler } = await import(String(pathToFileURL(process.argv[2] ?? '')));

const server = createServer(async (request, response) => {
  const event = toEvent(request, {
    routeKey: 'POST /webhooks/linear',
    pathParameters: {},
    apiId: 'bench',
    requestId: 'bench',
    now: Date.now(),
    body: Buffer.concat(await request.toArray()),
    authorized: undefined,
  });
  writeResult(response, await handler(event, { awsRequestId: 'bench' }));
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.send?.({ port: address.port });
});
