import type { LoggedRequest as CommonFields } from '../stand-in/request-log.ts';

/** A request to the API, to the token endpoint or to the edge. */
export interface LoggedRequest extends CommonFields {
  method: string;
  path: string;
  query: string;
  /** Which of its hosts was asked. */
  host: 'site' | 'gateway';
  /** The account that asked; null if its credential was refused. */
  who: string | null;
  /** What its token allows; null for a classic API token, which allows everything. */
  scopes: string[] | null;
  /** `version.number` of the body, if it has one. */
  sentVersion: number | null;
  requestBytes: number;
  responseBytes: number;
}
