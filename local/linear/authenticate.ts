import type { Clock } from './clock.ts';
import type { Caller } from './context.ts';
import { notAuthenticated } from './errors.ts';
import type { Store } from './store.ts';

/** Who an `Authorization` header speaks for: a bare personal API key, or an OAuth token after "Bearer". */
export const authenticate = (authorization: string | undefined, store: Store, clock: Clock): Caller => {
  const [, bearer] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
  if (bearer && store.get('ApiKey', bearer)) {
    const message =
      "It looks like you're trying to use an API key as a Bearer token. Remove the Bearer prefix.";
    throw notAuthenticated(message, 400);
  }
  const token = bearer ? store.get('AccessToken', bearer) : undefined;
  if (token && token.expiresAt <= clock.now()) throw notAuthenticated();
  const grant = token ?? store.get('ApiKey', authorization ?? '');
  const user = grant && store.get('User', grant.userId);
  if (!user) throw notAuthenticated();
  return { organizationId: grant.organizationId, user, scope: token?.scope ?? null };
};
