import { randomBytes } from 'node:crypto';
import { MINUTE_MS } from './clock.ts';
import { type HttpRequest, type HttpResponse, html, redirect } from './http.ts';
import { install } from './installations.ts';
import type { Linear } from './linear.ts';
import type { Organization } from './model.ts';
import { rowsOf } from './relations.ts';

const CODE_MS = 10 * MINUTE_MS;

const SCOPES = new Set([
  'read',
  'write',
  'issues:create',
  'comments:create',
  'timeSchedule:write',
  'admin',
  'app:assignable',
  'app:mentionable',
  'customer:read',
  'customer:write',
  'initiative:read',
  'initiative:write',
]);

interface AuthorizeRequest {
  redirectUri: string;
  state: string | null;
  scope: string[];
  actor: string;
  organization: Organization;
}

/** Answers `GET /oauth/authorize`: the consent page, or why there is none. */
export const authorizePage =
  (linear: Linear, redirectUri: string | undefined) =>
  ({ url }: HttpRequest): HttpResponse => {
    const asked = readAuthorize(linear, redirectUri, url.searchParams);
    if ('status' in asked) return asked;
    const isInstalled = linear.store.get('Installation', asked.organization.id) !== undefined;
    if (isInstalled && url.searchParams.get('prompt') !== 'consent') {
      return sendBack(asked, { error: 'access_denied', error_description: 'already installed' });
    }
    return html(200, consentPage(linear, asked, url.searchParams));
  };

/** Answers `POST /oauth/authorize`: the human admin's decision. */
export const authorizeDecision =
  (linear: Linear, redirectUri: string | undefined) =>
  ({ body }: HttpRequest): HttpResponse => {
    const form = new URLSearchParams(body);
    const asked = readAuthorize(linear, redirectUri, form);
    if ('status' in asked) return asked;
    if (form.get('decision') !== 'approve') return sendBack(asked, { error: 'access_denied' });
    const { organization, scope, actor } = asked;
    const [admin] = rowsOf(linear.store, 'User', organization.id).filter((user) => user.admin);
    const installation = install(linear.store, linear.clock, linear.application, organization.id, scope);
    const code = randomBytes(20).toString('hex');
    linear.store.set('AuthorizationCode', {
      id: code,
      organizationId: organization.id,
      userId: actor === 'app' || !admin ? installation.appUserId : admin.id,
      scope,
      redirectUri: asked.redirectUri,
      codeChallenge: form.get('code_challenge') || null,
      codeChallengeMethod: form.get('code_challenge_method') || 'plain',
      expiresAt: linear.clock.now() + CODE_MS,
      used: false,
    });
    return sendBack(asked, { code });
  };

/** What is asked, or the refusal. Until client and redirect_uri are known to be right, nobody is sent anywhere. */
const readAuthorize = (
  linear: Linear,
  registeredUri: string | undefined,
  params: URLSearchParams,
): AuthorizeRequest | HttpResponse => {
  const redirectUri = params.get('redirect_uri') ?? '';
  if (params.get('client_id') !== linear.application.clientId)
    return errorPage('Invalid client_id parameter');
  if (!registeredUri || redirectUri !== registeredUri) {
    return errorPage('Invalid redirect_uri parameter for the application');
  }
  const [first] = linear.store.all('Organization');
  const organizationId = params.get('organization');
  const organization = organizationId ? linear.store.get('Organization', organizationId) : first;
  if (!organization) return errorPage('Unknown organization');
  const given = (params.get('scope') ?? '').split(/[\s,]+/).filter(Boolean);
  const actor = params.get('actor') ?? 'user';
  const asked: AuthorizeRequest = {
    redirectUri,
    state: params.get('state'),
    scope: [...new Set(['read', ...given])],
    actor,
    organization,
  };
  const refuse = (error: string, description: string) =>
    sendBack(asked, { error, error_description: description });
  if (params.get('response_type') !== 'code')
    return refuse('unsupported_response_type', 'response_type must be code');
  if (given.length === 0) return refuse('invalid_scope', 'scope is required');
  const unknown = given.find((scope) => !SCOPES.has(scope));
  if (unknown) return refuse('invalid_scope', `Unknown scope ${unknown}`);
  if (!['user', 'app'].includes(actor)) return refuse('invalid_request', 'actor must be user or app');
  if (actor === 'app' && given.includes('admin'))
    return refuse('invalid_scope', 'actor=app cannot use the admin scope');
  const method = params.get('code_challenge_method') || 'plain';
  if (!['S256', 'plain'].includes(method))
    return refuse('invalid_request', 'code_challenge_method must be S256 or plain');
  return asked;
};

const sendBack = ({ redirectUri, state }: AuthorizeRequest, answer: Record<string, string>): HttpResponse => {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  if (state !== null) target.searchParams.set('state', state);
  return redirect(target.href);
};

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, content: string): string =>
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body { font: 16px/1.5 system-ui; max-width: 32rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>${title}</h1>
${content}
</html>`;

const errorPage = (message: string): HttpResponse =>
  html(400, page('Linear (local)', `<p role="alert">${escapeHtml(message)}</p>`));

const PASSED_ON = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'actor',
  'prompt',
  'code_challenge',
  'code_challenge_method',
];

const consentPage = (
  { application }: Linear,
  { organization, scope }: AuthorizeRequest,
  params: URLSearchParams,
): string => {
  const fields = PASSED_ON.flatMap((name) => {
    const value = params.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const inputs = [...fields, ['organization', organization.id] as const].map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  return page(
    'Linear (local)',
    `<p><strong>${escapeHtml(application.name)}</strong> asks for access to <strong>${escapeHtml(organization.name)}</strong>:
${escapeHtml(scope.join(', '))}.</p>
<form method="post" action="/oauth/authorize">
${inputs.join('\n')}
<button name="decision" value="approve">Authorize</button>
<button name="decision" value="deny">Cancel</button>
</form>`,
  );
};
