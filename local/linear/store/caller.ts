import type { User } from './model.ts';

/** Who sends a request, and through which application. */
export interface Caller {
  organizationId: string;
  user: User;
  /** The application that the token belongs to; null for a personal API key. */
  applicationId: string | null;
  /** The scopes of an OAuth token; null for a personal API key, which has every right of its owner. */
  scope: string[] | null;
}
