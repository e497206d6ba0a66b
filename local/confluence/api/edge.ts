import { type HttpRequest, type HttpResponse, json } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';
import { authenticate } from '../oauth/authenticate.ts';
import { errorAnswer, notFound, unauthorized } from './errors.ts';

/** `GET /_edge/tenant_info`: the cloud id, for anybody. */
export const tenantInfo = ({ switches, cloudId }: Confluence): HttpResponse =>
  switches.values.tenantInfo === 'served'
    ? json(200, { cloudId })
    : errorAnswer(notFound(), switches.values.errorStatusType);

/** `GET /oauth/token/accessible-resources`: the sites of a bearer token. */
export const accessibleResources = (confluence: Confluence, request: HttpRequest): HttpResponse => {
  const { switches, cloudId, siteUrl } = confluence;
  const identity = authenticate(confluence, 'gateway', request.headers.authorization);
  if (!identity) return errorAnswer(unauthorized(), switches.values.errorStatusType);
  if (switches.values.accessibleResourcesFor2LO === 'empty') return json(200, []);
  const site = { id: cloudId, url: siteUrl, name: 'local', scopes: identity.scopes ?? [] };
  return json(200, [{ ...site, avatarUrl: `${siteUrl}/avatar.png` }]);
};
