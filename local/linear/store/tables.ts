import type { Entities } from './model.ts';
import type { WebhookType } from './webhook-types.ts';

/** An OAuth application that this Linear knows. `id` is what webhooks call `oauthClientId`. */
export interface Application {
  id: string;
  name: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  /** Compared exactly, as strings. */
  redirectUris: string[];
  webhookUrl: string | null;
  /** The categories that are ticked in its form. */
  resourceTypes: WebhookType[];
}

/** A personal API key; its id is the key. */
interface ApiKey {
  id: string;
  organizationId: string;
  userId: string;
}

/** An application authorized by an organization; its id is `<organization> <application>`. */
export interface Installation {
  id: string;
  organizationId: string;
  applicationId: string;
  appUserId: string;
  webhookId: string;
  /** False once Linear gave up on a url that never answers; only a human switches it on again. */
  webhookEnabled: boolean;
  /** Events in a row that were lost after all their attempts. */
  lostEvents: number;
}

/** What every token and code is good for. */
export interface Grant {
  /** One approval; codes and tokens that came of it share it, and are revoked with it. */
  grantId: string;
  organizationId: string;
  applicationId: string;
  userId: string;
  scope: string[];
}

/** An authorization code; its id is the code. */
export interface AuthorizationCode extends Grant {
  id: string;
  redirectUri: string;
  codeChallenge: string | null;
  codeChallengeMethod: string;
  expiresAt: number;
  used: boolean;
}

/** An access token; its id is the token. */
interface AccessToken extends Grant {
  id: string;
  expiresAt: number;
}

/** A refresh token; its id is the token. A used one remembers its successors for the replay. */
export interface RefreshToken extends Grant {
  id: string;
  accessToken: string;
  /** A token made with PKCE and no secret may be refreshed with the client id alone. */
  publicClient: boolean;
  usedAt: number | null;
  nextRefreshToken: string | null;
}

export interface DeliveryAttempt {
  at: string;
  deliveryId: string;
  status: number | null;
  error?: string;
}

/** One webhook payload on its way; its id is `Linear-Delivery`. */
export interface Delivery {
  id: string;
  organizationId: string;
  applicationId: string;
  type: string;
  action: string;
  body: string;
  createdAt: string;
  attempts: DeliveryAttempt[];
  outcome: 'pending' | 'delivered' | 'failed' | 'dropped';
  /** When the next attempt is due, in the local clock's milliseconds. Null: now, or never again. */
  dueAt: number | null;
  /** How many posts its first attempt makes: 2 when a fault doubles it. */
  copies: number;
  /** It waits for a later one to overtake it. */
  overtaken: boolean;
}

interface Setting {
  id: string;
  value: unknown;
}

/** Everything that survives a restart. */
export interface Tables extends Entities {
  Application: Application;
  ApiKey: ApiKey;
  Installation: Installation;
  AuthorizationCode: AuthorizationCode;
  AccessToken: AccessToken;
  RefreshToken: RefreshToken;
  Delivery: Delivery;
  Setting: Setting;
}
