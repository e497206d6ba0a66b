import { randomBytes } from 'node:crypto';
import { MINUTE_MS } from '../../stand-in/clock.ts';
import { markup } from '../../stand-in/html.ts';
import { type HttpRequest, type HttpResponse, redirect } from '../../stand-in/http.ts';
import type { Linear } from '../linear.ts';
import { errorPage, plainPage } from '../plain-pages.ts';
import type { Organization, User } from '../store/model.ts';
import type { Application } from '../store/tables.ts';
import { install, installationOf } from './installations.ts';

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

/** Scopes that only an application acting as itself can have. */
const APP_ONLY = /^(app|customer|initiative):/;

interface AuthorizeRequest {
  application: Application;
  redirectUri: string;
  state: string | null;
  scope: string[];
  actor: string;
  organization: Organization;
}

/** Answers `GET /oauth/authorize` with the consent page or a refusal. */
export const authorizePage = (linear: Linear, { url }: HttpRequest): HttpResponse => {
  const asked = readAuthorize(linear, url.searchParams);
  if ('status' in asked) return asked;
  const isInstalled = installationOf(linear.store, asked.organization.id, asked.application.id) !== undefined;
  if (isInstalled && url.searchParams.get('prompt') !== 'consent') {
    if (linear.switches.values.reauthorize === 'page') {
      const message = `${asked.application.name} is already installed in ${asked.organization.name}.`;
      return plainPage(200, 'Already installed', markup`<p role="alert">${message}</p>`);
    }
    return sendBack(asked, { error: 'access_denied', error_description: 'already installed' });
  }
  return consentPage(linear, asked, url.searchParams);
};

/** Answers `POST /oauth/authorize`, the decision of the person at the consent page. */
export const authorizeDecision = (linear: Linear, { body }: HttpRequest): HttpResponse => {
  const form = new URLSearchParams(body);
  const asked = readAuthorize(linear, form);
  if ('status' in asked) return asked;
  if (form.get('decision') !== 'approve') return sendBack(asked, { error: 'access_denied' });
  const { application, organization, scope, actor, redirectUri } = asked;
  const person = consentingPerson(linear, organization);
  if (actor === 'app' && !person.admin && linear.switches.values.adminApproval === 'required') {
    const description = 'A workspace admin must approve this application';
    return sendBack(asked, { error: 'access_denied', error_description: description });
  }
  const installation = install(linear.store, linear.clock, application, organization.id, scope);
  const code = randomBytes(20).toString('hex');
  linear.store.set('AuthorizationCode', {
    id: code,
    grantId: crypto.randomUUID(),
    organizationId: organization.id,
    applicationId: application.id,
    userId: actor === 'app' ? installation.appUserId : person.id,
    scope,
    redirectUri,
    codeChallenge: form.get('code_challenge') || null,
    codeChallengeMethod: form.get('code_challenge_method') || 'plain',
    expiresAt: linear.clock.now() + CODE_MS,
    used: false,
  });
  return sendBack(asked, { code });
};

const consentingPerson = ({ store, switches }: Linear, { id }: Organization): User => {
  const people = [...store.collection('User', id).values()].filter(({ app, active }) => !app && active);
  const wantsAdmin = switches.values.consentBy === 'admin';
  const person = people.find(({ admin }) => admin === wantsAdmin) ?? people[0];
  if (!person) throw new Error('an organization without people');
  return person;
};

/** The authorization request, or its refusal. There is no redirect until client_id and redirect_uri are verified. */
const readAuthorize = (linear: Linear, params: URLSearchParams): AuthorizeRequest | HttpResponse => {
  const { store, switches } = linear;
  const clientId = params.get('client_id');
  const application = [...store.all('Application')].find((one) => one.clientId === clientId);
  if (!application) return errorPage('Invalid client_id parameter');
  const redirectUri = params.get('redirect_uri') ?? '';
  const scopeText = params.get('scope') ?? '';
  const { scopeSeparator } = switches.values;
  const hasWrongSeparator =
    (scopeSeparator === 'comma' && /\s/.test(scopeText)) ||
    (scopeSeparator === 'space' && scopeText.includes(','));
  // Linear was reported to refuse a wrong scope separator with this message about the redirect_uri.
  if (!application.redirectUris.includes(redirectUri) || hasWrongSeparator) {
    return errorPage('Invalid redirect_uri parameter for the application');
  }
  const [first] = store.all('Organization');
  const organizationId = params.get('organization');
  const organization = organizationId ? store.get('Organization', organizationId) : first;
  if (!organization) return errorPage('Unknown organization');
  const given = scopeText.split(/[\s,]+/).filter(Boolean);
  const asked: AuthorizeRequest = {
    application,
    redirectUri,
    state: params.get('state'),
    scope: [...new Set(['read', ...given])],
    actor: params.get('actor') ?? 'user',
    organization,
  };
  const refusal = problemOf(asked, given, params);
  return refusal ? sendBack(asked, { error: refusal[0], error_description: refusal[1] }) : asked;
};

const problemOf = (
  { actor }: AuthorizeRequest,
  given: string[],
  params: URLSearchParams,
): [error: string, description: string] | undefined => {
  if (params.get('response_type') !== 'code')
    return ['unsupported_response_type', 'response_type must be code'];
  if (given.length === 0) return ['invalid_scope', 'scope is required'];
  const unknown = given.find((scope) => !SCOPES.has(scope));
  if (unknown) return ['invalid_scope', `Unknown scope ${unknown}`];
  if (!['user', 'app'].includes(actor)) return ['invalid_request', 'actor must be user or app'];
  if (actor === 'app' && given.includes('admin'))
    return ['invalid_scope', 'actor=app cannot use the admin scope'];
  const needsApp = given.find((scope) => APP_ONLY.test(scope));
  if (actor !== 'app' && needsApp) return ['invalid_scope', `${needsApp} needs actor=app`];
  const method = params.get('code_challenge_method') || 'plain';
  if (!['S256', 'plain'].includes(method))
    return ['invalid_request', 'code_challenge_method must be S256 or plain'];
  return undefined;
};

const sendBack = ({ redirectUri, state }: AuthorizeRequest, answer: Record<string, string>): HttpResponse => {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  if (state !== null) target.searchParams.set('state', state);
  return redirect(target.href);
};

const FORWARDED = [
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
  linear: Linear,
  { application, organization, scope }: AuthorizeRequest,
  params: URLSearchParams,
): HttpResponse => {
  const given = FORWARDED.flatMap((name) => {
    const value = params.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const inputs = [...given, ['organization', organization.id] as const].map(
    ([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">\n`,
  );
  const elsewhere = [...linear.store.all('Organization')]
    .filter(({ id }) => id !== organization.id)
    .map(({ id, name }) => {
      const query = new URLSearchParams([...given.map(([...pair]) => pair), ['organization', id]]);
      return markup`<li><a class="link" href="/oauth/authorize?${query.toString()}">${name}</a></li>`;
    });
  const { name, admin } = consentingPerson(linear, organization);
  return plainPage(
    200,
    `${application.name} asks for access`,
    markup`<p><strong>${application.name}</strong> wants to work in <strong>${organization.name}</strong>. It may:</p>
<ul>${scope.map((one) => markup`<li><code>${one}</code></li>`)}</ul>
<p class="count">You are ${name}, ${admin ? 'an admin' : 'a member'} of that workspace.</p>
<form method="post" action="/oauth/authorize">
${inputs}<button name="decision" value="approve">Authorize</button>
<button name="decision" value="deny">Cancel</button>
</form>
${elsewhere.length > 0 && markup`<h2>Another workspace</h2><ul>${elsewhere}</ul>`}`,
  );
};
