import { type HttpRequest, type HttpResponse, json } from '../../stand-in/http.ts';
import type { RequestFault } from '../faults.ts';
import type { Linear } from '../linear.ts';

/** An OAuth endpoint that writes to the request log, and that the request faults apply to. */
export const logged =
  (linear: Linear, operation: string, endpoint: (linear: Linear, request: HttpRequest) => HttpResponse) =>
  (request: HttpRequest): HttpResponse => {
    const fault = linear.faults.takeRequest([operation], undefined);
    const answer = faultAnswer(fault) ?? endpoint(linear, request);
    const response = fault?.kind === 'timeout-after' ? { ...answer, cutAfterMs: fault.timeoutMs } : answer;
    linear.requests.add({
      at: linear.clock.iso(),
      operation,
      fields: [],
      organizationId: null,
      actor: null,
      status: response.cutAfterMs === undefined ? response.status : null,
      complexity: 0,
      durationMs: 0,
      errors: [],
      fault: fault?.kind ?? null,
    });
    return response;
  };

/** What a fault answers in the endpoint's place. */
const faultAnswer = (fault: RequestFault | undefined): HttpResponse | undefined => {
  switch (fault?.kind) {
    case '5xx':
      return json(fault.status, { error: 'upstream failure' });
    case 'rate-limit':
      return json(429, { error: 'rate_limited' });
    case 'timeout-before':
      return { ...json(200, {}), cutAfterMs: fault.timeoutMs };
    case 'expired-token':
      return json(400, { error: 'invalid_grant', error_description: 'The token has expired' });
    default:
      return undefined;
  }
};
