import * as z from 'zod';
import { count, Faults, requestFaultFields } from '../stand-in/faults.ts';

const common = {
  count,
  /** The organization it is limited to; any organization if absent. */
  organization: z.string().optional(),
};
/** The webhook type (`Issue`) that a delivery fault is limited to; any type if absent. */
const ofDelivery = { type: z.string().optional(), ...common };
/** The operation name, root field or endpoint (`oauth/token`) that a request fault is limited to; any if absent. */
const ofRequest = { operation: z.string().optional(), ...common };

const DeliveryFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('drop'), ...ofDelivery }),
  z.strictObject({ kind: z.literal('delay'), delayMs: z.int().min(0), ...ofDelivery }),
  z.strictObject({ kind: z.literal('duplicate'), ...ofDelivery }),
  z.strictObject({ kind: z.literal('reorder'), ...ofDelivery }),
]);
const RequestFault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('5xx'), ...requestFaultFields['5xx'], ...ofRequest }),
  z.strictObject({
    kind: z.literal('timeout-before'),
    ...requestFaultFields['timeout-before'],
    ...ofRequest,
  }),
  z.strictObject({ kind: z.literal('timeout-after'), ...requestFaultFields['timeout-after'], ...ofRequest }),
  z.strictObject({
    kind: z.literal('rate-limit'),
    /** The status of the switch `rateLimitStatus` if absent. */
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

/** Reads the kind first, so that the error names the fields of that kind instead of all kinds. */
export const parseFault = (body: unknown): Fault => {
  const { kind } = z.looseObject({ kind: z.enum([...deliveryKinds, ...requestKinds]) }).parse(body);
  return deliveryKinds.includes(kind) ? DeliveryFault.parse(body) : RequestFault.parse(body);
};

/** The faults of webhook deliveries and of API requests. */
export class LinearFaults extends Faults<Fault> {
  takeDelivery(type: string, organizationId: string): DeliveryFault | undefined {
    return this.take(
      (fault): fault is DeliveryFault =>
        isDeliveryFault(fault) &&
        isWithin(fault, organizationId) &&
        (fault.type === undefined || fault.type === type),
    );
  }

  takeRequest(operations: string[], organizationId: string | undefined): RequestFault | undefined {
    return this.take(
      (fault): fault is RequestFault =>
        !isDeliveryFault(fault) &&
        isWithin(fault, organizationId) &&
        (fault.operation === undefined || operations.includes(fault.operation)),
    );
  }
}

const isWithin = ({ organization }: Fault, organizationId: string | undefined): boolean =>
  organization === undefined || organization === organizationId;
