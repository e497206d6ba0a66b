/** What every stand-in logs of a request; each adds what its own API has. */
export interface LoggedRequest {
  at: string;
  /** Null if the connection was cut instead of answered. */
  status: number | null;
  durationMs: number;
  errors: string[];
  /** The kind of the fault that the request met. */
  fault: string | null;
}

const MAX_ENTRIES = 5000;

/** The newest requests to a stand-in's API, oldest first. It does not survive a restart. */
export class RequestLog<Entry extends LoggedRequest> {
  #entries: Entry[] = [];

  add(entry: Entry): void {
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
  }

  list(): readonly Entry[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}
