import * as z from 'zod';

/** How many times a fault happens. */
export const count = z.int().min(1).default(1);

/** How long a request hangs before its connection is cut. */
const timeoutMs = z.int().min(0).default(30_000);

/** The fields of the request faults that any HTTP API can have, by kind. */
export const requestFaultFields = {
  '5xx': { status: z.int().min(500).max(599).default(503) },
  /** The request is not carried out. */
  'timeout-before': { timeoutMs },
  /** The request is carried out, and its answer is lost. */
  'timeout-after': { timeoutMs },
};

/** The faults that a test has asked for and that have not happened yet. */
export class Faults<F extends { count: number }> {
  #faults: (F & { id: string; remaining: number })[] = [];

  add(fault: F): { id: string } {
    const id = crypto.randomUUID();
    this.#faults.push({ ...fault, id, remaining: fault.count });
    return { id };
  }

  list() {
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }

  /** The oldest fault that applies, and counts it as one time less. */
  take<T extends F>(applies: (fault: F) => fault is T): T | undefined {
    for (const fault of this.#faults) {
      if (!applies(fault)) continue;
      fault.remaining -= 1;
      if (fault.remaining === 0) this.#faults = this.#faults.filter((other) => other !== fault);
      return fault;
    }
    return undefined;
  }
}
