import type { Draft, Page, Person, Property, Space, Task, Version } from './model.ts';

/** A service account with its credentials. `id` is the id of the row; the account is a `Person`. */
export interface Application {
  id: string;
  name: string;
  accountId: string;
  clientId: string;
  clientSecret: string;
  /** An API token with scopes of the same account. It works through the gateway only. */
  scopedToken: string;
  scopes: string[];
  /** The keys of the spaces that it may see, and of those that it may edit. */
  spaces: { read: string[]; update: string[] };
  isRevoked: boolean;
}

/** A classic API token of a human, without scopes. It works on the site only. `id` is the token. */
interface ApiToken {
  id: string;
  accountId: string;
}

/** A bearer token of the client credentials grant. `id` is the token. */
interface AccessToken {
  id: string;
  applicationId: string;
  scopes: string[];
  expiresAt: number;
}

/** A setting of the stand-in itself, such as its clock. */
interface Setting {
  id: string;
  value: unknown;
}

export interface Tables {
  Setting: Setting;
  Person: Person;
  Space: Space;
  Page: Page;
  Version: Version;
  Draft: Draft;
  Property: Property;
  Task: Task;
  Application: Application;
  ApiToken: ApiToken;
  AccessToken: AccessToken;
}
