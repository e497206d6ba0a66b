export interface LoggedRequest {
  at: string;
  /** The operation name (or `oauth/token`), and the root fields it asked for. */
  operation: string | null;
  fields: string[];
  organizationId: string | null;
  actor: string | null;
  status: number | null;
  complexity: number;
  durationMs: number;
  errors: string[];
  fault: string | null;
}

const KEPT_REQUESTS = 5000;

/** What the API was asked, oldest first; the newest few thousand. */
export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > KEPT_REQUESTS) this.#entries.shift();
  }

  list(organizationId: string | null): LoggedRequest[] {
    return this.#entries.filter((entry) => !organizationId || entry.organizationId === organizationId);
  }

  clear(): void {
    this.#entries = [];
  }
}
