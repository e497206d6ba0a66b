import { type HttpRequest, type HttpResponse, json } from '../../stand-in/http.ts';
import type { Linear } from '../linear.ts';
import type { Grant, Installation } from '../store/tables.ts';
import type { WebhookEvent } from '../webhooks/webhooks.ts';
import { hasOtherGrant, installationOf, revokeOperations, uninstallOperations } from './installations.ts';
import { answering, OAuthError, readForm, requireClient } from './oauth.ts';

/** Answers `POST /oauth/revoke`: 200 if revoked, 400 if it cannot be revoked, 401 without authentication. */
export const revokeEndpoint = (linear: Linear, request: HttpRequest): HttpResponse =>
  answering(() => {
    const form = readForm(request);
    const token = readToken(form, request);
    const isClientNamed = form.has('client_id') || /^Basic /i.test(request.headers.authorization ?? '');
    const application = isClientNamed ? requireClient(linear, request, form).application : undefined;
    const { store, switches } = linear;
    const access = store.get('AccessToken', token);
    const grant: Grant | undefined = access ?? store.get('RefreshToken', token);
    if (!grant || (application && grant.applicationId !== application.id)) {
      throw new OAuthError('invalid_request', 'The token is unknown or already revoked');
    }
    if (access && switches.values.accessTokenRevoke === 'token')
      store.commit([{ delete: 'AccessToken', id: token }]);
    else revokeGrant(linear, grant);
    return json(200, { success: true });
  });

/** The old forms (a header, `access_token`, `refresh_token`) still work, but not together with `token`. */
const readToken = (form: URLSearchParams, { headers }: HttpRequest): string => {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const old = form.get('access_token') ?? form.get('refresh_token') ?? bearer;
  const token = form.get('token');
  if (token && old) throw new OAuthError('invalid_request', 'token must not be mixed with the old forms');
  const hint = form.get('token_type_hint');
  if (hint && !['access_token', 'refresh_token'].includes(hint)) {
    throw new OAuthError('unsupported_token_type', 'token_type_hint must be access_token or refresh_token');
  }
  const given = token ?? old;
  if (!given) throw new OAuthError('invalid_request', 'token is required', 401);
  return given;
};

/** Ends one approval. Ending the last one also uninstalls the application, unless a switch says otherwise. */
const revokeGrant = (linear: Linear, { grantId, organizationId, applicationId }: Grant): void => {
  const { store, switches } = linear;
  const installation = installationOf(store, organizationId, applicationId);
  const { lastGrantRevoked, revokedEvent } = switches.values;
  if (
    !installation ||
    lastGrantRevoked === 'stays-installed' ||
    hasOtherGrant(store, installation, grantId)
  ) {
    store.commit(revokeOperations(store, grantId));
  } else if (revokedEvent === 'always') deauthorize(linear, installation);
  else store.commit(uninstallOperations(store, installation));
};

/** Uninstalls an application and sends it `OAuthApp revoked`, as when a human revokes its access. */
export const deauthorize = ({ store, webhooks }: Linear, installation: Installation): void => {
  const event: WebhookEvent = {
    type: 'OAuthApp',
    action: 'revoked',
    payload: { oauthClientId: installation.applicationId },
    teamIds: [],
  };
  webhooks.sendTo(installation, uninstallOperations(store, installation), event);
};
