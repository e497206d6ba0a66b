import { PRIVATE } from '../private-text.ts';
import type { Finding } from './finding.ts';

/** Secrets, tokens and private texts that are in the logs. */
export const leaks = (
  logs: string,
  { clientSecret, webhookSecret }: { clientSecret?: string | undefined; webhookSecret?: string | undefined },
): Finding[] => {
  const secrets: Record<string, string | undefined> = {
    'the client secret': clientSecret,
    'the webhook secret': webhookSecret,
    'a personal API key': 'lin_api_',
    'an access token': 'lin_oauth_',
    'a refresh token': 'lin_refresh_',
    'a JWT': 'eyJ',
    'a description or a comment': PRIVATE,
  };
  return Object.entries(secrets)
    .filter(([, secret]) => secret && logs.includes(secret))
    .map(([what]) => ({
      check: 'logs',
      workspace: undefined,
      about: undefined,
      text: `${what} is in a log`,
    }));
};
