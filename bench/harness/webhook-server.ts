import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { toEvent, writeResult } from '../../local/api-gateway/http-event.ts';

/** Serves the product's webhook bundle over plain HTTP from one process, like the peer. Sends its port to its parent. */
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
