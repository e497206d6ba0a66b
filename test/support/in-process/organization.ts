import type { LinearOauth } from '../../../shared/linear/oauth.ts';
import { consent } from '../../../testing/oauth-flow.ts';
import { human } from './human.ts';

export type Linear = {
  linearUrl: string;
  redirectUri: string;
  oauth: LinearOauth;
  /** Posts JSON to the local Linear and returns its answer. */
  post: (path: string, body: unknown, authorization?: string) => Promise<Record<string, unknown>>;
};

/** An access token of an organization, whose admin has consented. */
const grantedToken = async (
  { linearUrl, redirectUri, oauth }: Linear,
  organizationId: string,
): Promise<string> => {
  const verifier = 'v'.repeat(43);
  const authorize = new URL(await oauth.authorizeUrl(linearUrl, { state: 's', redirectUri, verifier }));
  authorize.searchParams.set('organization', organizationId);
  const code = new URL(await consent(authorize)).searchParams.get('code') ?? '';
  return (await oauth.exchange({ code, redirectUri, verifier })).accessToken;
};

/** A new organization in the local Linear, its admin, and an access token that the admin has granted. */
export const newOrganization = async (linear: Linear) => {
  const { post } = linear;
  const made = (await post('/_local/organizations', { name: 'Property' })) as {
    id: string;
    adminKey: string;
  };
  /** Calls Linear's API as the admin. Throws an Error for what Linear refuses. */
  const graphql = async <T>(query: string, variables: object): Promise<T> => {
    const { data, errors } = await post('/graphql', { query, variables }, made.adminKey);
    if (errors) throw new Error(JSON.stringify(errors));
    return data as T;
  };
  return {
    organizationId: made.id,
    graphql,
    admin: human(graphql),
    accessToken: await grantedToken(linear, made.id),
  };
};
