import type { Context } from '../graphql/context.ts';
import { forbidden, notImplemented, refused } from '../graphql/errors.ts';

/** Operations on data that the local Linear does not have. Callers without permission get Linear's refusal. */

const NOTHING = {
  nodes: [],
  edges: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
};

/** A token with `actor=app` cannot have the admin scope, so it can neither read nor create webhooks. */
const requireAdmin = ({ user, scope }: Context): void => {
  const isAdmin = scope ? scope.includes('admin') : user.admin;
  if (!isAdmin) throw forbidden('Only workspace admins and applications with the admin scope can do this');
};

const requireScope = ({ user, scope }: Context, needed: string): void => {
  if (user.app && !scope?.includes(needed)) throw forbidden(`Invalid scope: \`${needed}\` required`);
};

const requireAgentSessions = ({ store, applicationId }: Context): void => {
  const application = applicationId ? store.get('Application', applicationId) : undefined;
  if (!application?.resourceTypes.includes('AgentSessionEvent')) {
    throw refused('Agent sessions are not enabled for this application.');
  }
};

export const restrictedQueries = {
  webhooks: (_: unknown, context: Context) => {
    requireAdmin(context);
    return NOTHING;
  },
  initiatives: (_: unknown, context: Context) => {
    requireScope(context, 'initiative:read');
    return NOTHING;
  },
  customers: (_: unknown, context: Context) => {
    requireScope(context, 'customer:read');
    return NOTHING;
  },
};

export const restrictedMutations = {
  webhookCreate: (_: unknown, context: Context) => {
    requireAdmin(context);
    throw notImplemented('workspace webhooks');
  },
  agentSessionCreateOnIssue: (_: unknown, context: Context) => {
    requireAgentSessions(context);
    throw notImplemented('agent sessions');
  },
  agentSessionCreateOnComment: (_: unknown, context: Context) => {
    requireAgentSessions(context);
    throw notImplemented('agent sessions');
  },
};
