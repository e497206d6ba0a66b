import type { Linear } from '../linear.ts';
import type { Caller } from './context.ts';
import { notAuthenticated } from './errors.ts';

/** Who an `Authorization` header speaks for: a bare personal API key, or an OAuth token after "Bearer". */
export const authenticate = (
  authorization: string | undefined,
  { store, clock, budgets, switches }: Pick<Linear, 'store' | 'clock' | 'budgets' | 'switches'>,
): Caller => {
  if (authorization === undefined) {
    const exceeded = budgets.spendAnonymous(clock.now());
    if (exceeded) throw exceeded;
  }
  const [, bearer] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
  if (bearer && store.get('ApiKey', bearer)) {
    const message =
      "It looks like you're trying to use an API key as a Bearer token. Remove the Bearer prefix.";
    throw notAuthenticated(message, 400);
  }
  const token = bearer ? store.get('AccessToken', bearer) : undefined;
  const isExpired = token !== undefined && token.expiresAt <= clock.now();
  const grant = token ?? store.get('ApiKey', authorization ?? '');
  const user = grant && store.get('User', grant.userId);
  if (!grant || !user?.active || isExpired) {
    throw notAuthenticated(undefined, switches.values.authenticationStatus);
  }
  return {
    organizationId: grant.organizationId,
    user,
    applicationId: token?.applicationId ?? null,
    scope: token?.scope ?? null,
  };
};
