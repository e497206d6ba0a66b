import * as z from 'zod';

const common = {
  /** How many times it strikes. */
  count: z.int().min(1).default(1),
  /** Confined to one organization; any, unless given. */
  organization: z.string().optional(),
};
/** The webhook type (`Issue`) that a fault of deliveries strikes; any, unless given. */
const ofDelivery = { type: z.string().optional(), ...common };
/** The operation name, root field or endpoint (`oauth/token`) that a fault of requests strikes; any, unless given. */
const ofRequest = { operation: z.string().optional(), ...common };
/** How long a request hangs before its connection is cut. */
const timeoutMs = z.int().min(0).default(30_000);

const DeliveryFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('drop'), ...ofDelivery }),
  z.strictObject({ kind: z.literal('delay'), delayMs: z.int().min(0), ...ofDelivery }),
  z.strictObject({ kind: z.literal('duplicate'), ...ofDelivery }),
  z.strictObject({ kind: z.literal('reorder'), ...ofDelivery }),
]);
const RequestFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('5xx'), status: z.int().min(500).max(599).default(503), ...ofRequest }),
  z.strictObject({ kind: z.literal('timeout-before'), timeoutMs, ...ofRequest }),
  z.strictObject({ kind: z.literal('timeout-after'), timeoutMs, ...ofRequest }),
  z.strictObject({
    kind: z.literal('rate-limit'),
    /** As the switch `rateLimitStatus` says, unless given. */
    status: z.union([z.literal(400), z.literal(200)]).optional(),
    resetMs: z.int().min(0).default(60_000),
    ...ofRequest,
  }),
  z.strictObject({ kind: z.literal('expired-token'), ...ofRequest }),
  /** Mutations that are not carried out and answer `success: false`, without an error. */
  z.strictObject({ kind: z.literal('unsuccessful'), ...common, operation: z.string() }),
]);

/** What can be made to go wrong; the body of `POST /_local/faults`. */
export type Fault = DeliveryFault | RequestFault;
export type DeliveryFault = z.infer<typeof DeliveryFault>;
export type RequestFault = z.infer<typeof RequestFault>;

const deliveryKinds: readonly string[] = DeliveryFault.options.map((option) => option.shape.kind.value);
const requestKinds: readonly string[] = RequestFault.options.map((option) => option.shape.kind.value);

const isDeliveryFault = (fault: Fault): fault is DeliveryFault => deliveryKinds.includes(fault.kind);

/** Reads a fault by its kind, so that a complaint is about that kind's fields and not about all kinds. */
export const parseFault = (body: unknown): Fault => {
  const { kind } = z.looseObject({ kind: z.enum([...deliveryKinds, ...requestKinds]) }).parse(body);
  return deliveryKinds.includes(kind) ? DeliveryFault.parse(body) : RequestFault.parse(body);
};

/** The faults that are waiting to strike, each as often as it was asked to. */
export class Faults {
  #faults: (Fault & { id: string; remaining: number })[] = [];

  add(fault: Fault): { id: string } {
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

  takeDelivery(type: string, organizationId: string): DeliveryFault | undefined {
    return this.#take(organizationId, (fault): fault is DeliveryFault => {
      return isDeliveryFault(fault) && (fault.type === undefined || fault.type === type);
    });
  }

  takeRequest(operations: string[], organizationId: string | undefined): RequestFault | undefined {
    return this.#take(organizationId, (fault): fault is RequestFault => {
      if (isDeliveryFault(fault)) return false;
      return fault.operation === undefined || operations.includes(fault.operation);
    });
  }

  #take<T extends Fault>(
    organizationId: string | undefined,
    strikes: (fault: Fault) => fault is T,
  ): T | undefined {
    for (const fault of this.#faults) {
      if (fault.organization !== undefined && fault.organization !== organizationId) continue;
      if (!strikes(fault)) continue;
      fault.remaining -= 1;
      if (fault.remaining === 0) this.#faults = this.#faults.filter((other) => other !== fault);
      return fault;
    }
    return undefined;
  }
}
