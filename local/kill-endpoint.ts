import type { Handle } from './api-gateway/gateway.ts';
import { splitUrl } from './api-gateway/http-event.ts';
import type { Functions } from './lambda/functions.ts';

const PATH = /^\/_local\/functions\/([^/]*)\/kill$/;

/** `POST /_local/functions/{name}/kill` kills the processes of one function. Other requests go to `next`. */
export const withKillEndpoint =
  (functions: Pick<Functions, 'kill' | 'constructIds'>, next: Handle): Handle =>
  async (request, response) => {
    const name = PATH.exec(splitUrl(request).path)?.[1];
    if (name === undefined) return next(request, response);
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return answer(405, { message: 'Send POST to kill the processes of a function.' });
    }
    const names = functions.constructIds();
    if (!names.includes(name))
      return answer(404, {
        message: `There is no function named ${JSON.stringify(name)}. The functions are ${names.join(', ')}.`,
      });
    return answer(200, { function: name, killed: await functions.kill(name) });
  };
