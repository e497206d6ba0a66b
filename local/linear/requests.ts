import { type LoggedRequest as CommonFields, RequestLog } from '../stand-in/request-log.ts';

/** A request to the GraphQL API or to an OAuth endpoint. */
export interface LoggedRequest extends CommonFields {
  /** The operation name (or `oauth/token`), and the root fields it selects. */
  operation: string | null;
  fields: string[];
  organizationId: string | null;
  actor: string | null;
  complexity: number;
}

export class LinearRequestLog extends RequestLog<LoggedRequest> {
  /** The requests of one organization; all of them for null. */
  of(organizationId: string | null): LoggedRequest[] {
    return this.list().filter((entry) => !organizationId || entry.organizationId === organizationId);
  }
}
