import { type AccessTokens, accessTokens } from './access-tokens.ts';
import type { ConfluenceApi } from './api.ts';
import { type ConfluenceCredential, headerOf } from './credential.ts';
import { confluenceApi } from './requests.ts';

/** Where requests for a site go: a classic token works only on the site itself, all others only at the gateway. */
export const baseUrlOf = (
  { siteUrl, cloudId }: { siteUrl: string; cloudId: string },
  type: ConfluenceCredential['type'],
  gatewayUrl: string,
): string => (type === 'classic_token' ? siteUrl : `${gatewayUrl}/ex/confluence/${cloudId}`);

type Called = {
  baseUrl: string;
  /** Whose credential it is, and which of theirs: a token is never used for another owner or credential. */
  owner: string;
  version: string;
  /** Opened when a request needs it. */
  credential: () => Promise<ConfluenceCredential>;
  deadline?: number | undefined;
};

const authorizationOf = (tokens: AccessTokens, { owner, version, credential, deadline }: Called) => {
  return async (refused?: string): Promise<string> => {
    const opened = await credential();
    if (opened.type !== 'client_credentials') return headerOf(opened);
    const token = await tokens({
      owner,
      version,
      credential: opened,
      deadline,
      refused: refused?.slice('Bearer '.length),
    });
    return `Bearer ${token}`;
  };
};

/** Calls Confluence sites, each as its owner's credential. Access tokens are kept for as long as this object lives. */
export const confluenceSites = ({ authUrl, now }: { authUrl: string; now: () => number }) => {
  const tokens = accessTokens({ authUrl, now });
  return (called: Called): ConfluenceApi =>
    confluenceApi({
      baseUrl: called.baseUrl,
      authorization: authorizationOf(tokens, called),
      deadline: called.deadline,
      now,
    });
};
