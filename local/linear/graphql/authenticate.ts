import type { Clock } from '../../stand-in/clock.ts';
import type { Caller } from '../store/caller.ts';
import type { Store } from '../store/store.ts';
import type { Switches } from '../store/switches.ts';
import type { Budgets } from './budgets.ts';
import { notAuthenticated } from './errors.ts';

interface Services {
  store: Store;
  clock: Clock;
  budgets: Budgets;
  switches: Switches;
}

/** The caller that an `Authorization` header identifies: a bare personal API key, or an OAuth token after "Bearer". */
export const authenticate = (
  authorization: string | undefined,
  { store, clock, budgets, switches }: Services,
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
