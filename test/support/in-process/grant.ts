import type { LinearOauth } from '../../../shared/linear/oauth.ts';
import { consent } from '../../../testing/oauth-flow.ts';

type At = { linearUrl: string; redirectUri: string; organizationId: string };

/** An access token of an organization, whose admin has consented. */
export const grantedToken = async (
  oauth: LinearOauth,
  { linearUrl, redirectUri, organizationId }: At,
): Promise<string> => {
  const verifier = 'v'.repeat(43);
  const authorize = new URL(await oauth.authorizeUrl(linearUrl, { state: 's', redirectUri, verifier }));
  authorize.searchParams.set('organization', organizationId);
  const code = new URL(await consent(authorize)).searchParams.get('code') ?? '';
  return (await oauth.exchange({ code, redirectUri, verifier })).accessToken;
};
