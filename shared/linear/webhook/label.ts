import * as z from 'zod/mini';
import type { DeliveryContent } from '../../domain/mirror/delivery.ts';
import { named } from '../fields.ts';
import type { Envelope } from './envelope.ts';

/** `IssueLabel` in a webhook body: the fields we map. */
const LabelPayload = z.object({
  ...named.shape,
  archivedAt: z.optional(z.nullable(z.string())),
});

/** What a webhook says about a label. */
export const readLabel = ({ action, data }: Envelope) => {
  const label = LabelPayload.safeParse(data);
  if (!label.success) return undefined;
  const { id, name, archivedAt } = label.data;
  const isRemoved = action === 'remove' || Boolean(archivedAt);
  const content: DeliveryContent = { is: 'label', label: { id, name, isRemoved } };
  return { content };
};
