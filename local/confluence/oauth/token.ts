import { randomBytes } from 'node:crypto';
import { HOUR_MS } from '../../stand-in/clock.ts';
import { type HttpRequest, type HttpResponse, json } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';

const refused = (status: number, error: string, description: string): HttpResponse =>
  json(status, { error, error_description: description });

/** `POST /oauth/token`: a bearer token for a service account's client id and secret. It lives an hour. */
export const tokenEndpoint = (confluence: Confluence, request: HttpRequest): HttpResponse => {
  const fields = fieldsOf(request);
  if (!fields) return refused(400, 'invalid_request', 'the body is neither JSON nor a form');
  const { grant_type: grant, client_id: clientId, client_secret: clientSecret } = fields;
  if (grant === 'refresh_token') return refused(403, 'unauthorized_client', 'refresh_token is invalid');
  if (typeof grant !== 'string') return refused(400, 'invalid_request', 'grant_type is missing');
  if (grant !== 'client_credentials')
    return refused(400, 'unsupported_grant_type', `grant_type ${grant} is not supported`);
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string')
    return refused(400, 'invalid_request', 'client_id and client_secret must be sent in the body');
  const { store, clock, switches } = confluence;
  const application = [...store.all('Application')].find(
    (one) => one.clientId === clientId && one.clientSecret === clientSecret && !one.isRevoked,
  );
  if (!application) return refused(401, 'access_denied', 'Unauthorized');
  const token = `local-at-${randomBytes(32).toString('base64url')}`;
  store.write((transaction) => {
    for (const { id, expiresAt } of store.all('AccessToken'))
      if (expiresAt <= clock.now()) transaction.delete('AccessToken', id);
    transaction.set('AccessToken', {
      id: token,
      applicationId: application.id,
      scopes: application.scopes,
      expiresAt: clock.now() + HOUR_MS,
    });
  });
  const isFull = switches.values.tokenResponse === 'full';
  return json(200, {
    access_token: token,
    expires_in: HOUR_MS / 1000,
    ...(isFull && { token_type: 'Bearer', scope: application.scopes.join(' ') }),
  });
};

const fieldsOf = ({ headers, body }: HttpRequest): Record<string, unknown> | undefined => {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(body));
  if (!type.startsWith('application/json')) return undefined;
  try {
    const fields: unknown = JSON.parse(body);
    return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
};
