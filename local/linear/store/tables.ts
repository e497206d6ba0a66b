import type { Entities } from './model.ts';
import type { WebhookType } from './webhook-types.ts';

/** An OAuth application that this Linear knows. `id` is what webhooks call `oauthClientId`. */
export interface Application {
  id: string;
  name: string;
  clientId: string;
  clientSecret: string;
  webhookSecret: string;
  /** Linear compares them exactly, as strings. */
  redirectUris: string[];
  webhookUrl: string | null;
  /** The webhook categories that are ticked in its form. */
  resourceTypes: WebhookType[];
}

/** A personal API key; its id is the key. */
interface ApiKey {
  id: string;
  organizationId: string;
  userId: string;
}

/** An application that an organization has authorized; its id is `<organization> <application>`. */
export interface Installation {
  id: string;
  organizationId: string;
  applicationId: string;
  appUserId: string;
  webhookId: string;
  /** False after Linear has given up on the URL; only a human can enable it again. */
  webhookEnabled: boolean;
  /** The number of consecutive events that were lost after all their attempts. */
  lostEvents: number;
}

/** What a token or code permits, and for whom. */
export interface Grant {
  /** Identifies one approval. All codes and tokens that result from it share this id and are revoked together. */
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

/** A refresh token; its id is the token. A used one keeps its successor for clients that repeat the request. */
export interface RefreshToken extends Grant {
  id: string;
  accessToken: string;
  /** True if the token was issued with PKCE and no secret: it may be refreshed with the client id alone. */
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

/** One webhook payload for one application; its id is the header `Linear-Delivery`. */
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
  /** When the next attempt is due, in milliseconds of the local clock. Null means now, or never again. */
  dueAt: number | null;
  /** The number of posts in the first attempt: 2 when a fault duplicates it. */
  copies: number;
  /** True while it waits for a later delivery to overtake it. */
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
