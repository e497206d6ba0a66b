import * as z from 'zod/mini';
import { itemStates } from '../../../shared/domain/planning/item.ts';
import { enablerTypes, levels } from '../../../shared/domain/planning/plan.ts';
import { listOf, page, record, time } from '../fields.ts';

export const ItemsQuery = z.strictObject({
  ...page,
  /** `list`: one page of items in the order of the page. `tree`: all of them, children within their parents. */
  view: z._default(z.enum(['list', 'tree']), 'list'),
  level: z.optional(z.enum(levels)),
  enabler: z.optional(z.enum([...enablerTypes, 'any', 'none'])),
  state: z.optional(z.enum(itemStates)),
});

/** `PATCH /planning-sessions/{id}/items/{itemId}`. `null` takes back what was said. */
export const ItemDecision = z
  .strictObject({
    match: z.optional(z.enum(['confirm', 'refuse'])),
    ignored: z.optional(z.nullable(z.boolean())),
    level: z.optional(z.nullable(z.enum(levels))),
    enabler: z.optional(z.nullable(z.enum([...enablerTypes, 'none']))),
  })
  .check(
    z.refine(
      ({ match, ...word }) => (match === undefined) !== (Object.keys(word).length === 0),
      'Send `match` alone, or at least one of `ignored`, `level` and `enabler`.',
    ),
  );

const summary = {
  id: z.string(),
  level: z.enum(levels),
  enabler: z.optional(z.enum(enablerTypes)),
  key: z.optional(z.string()),
  title: z.string(),
  parentId: z.optional(z.string()),
  state: z.enum(itemStates),
  /** The item that this one may be, or the one that may be this. `PATCH` with `match` decides. */
  matches: z.optional(z.string()),
  /** Why it may be: what they have in common. */
  why: z.optional(z.string()),
  ignored: z.optional(z.boolean()),
  estimate: z.optional(z.number()),
  /** Linear's numbers: 1 urgent, 2 high, 3 medium, 4 low. */
  priority: z.optional(z.number()),
  /** How many acceptance criteria it has, and how many of them are ticked. */
  acceptance: z.object({ total: z.number(), done: z.number() }),
  /** Codes: docs/planning.md. */
  warnings: z.array(z.string()),
};

const ItemSummary = z.object(summary);

type Node = z.input<typeof ItemSummary> & { children: Node[] };
const ItemNode: z.ZodMiniType<Node, Node> = z.object({
  ...summary,
  get children() {
    return z.array(ItemNode);
  },
});

const PlanItem = z.object({
  ...summary,
  sessionId: z.string(),
  /** What the page says about it, long texts as Markdown. */
  fields: z.record(z.string(), z.unknown()),
  /** The fields that are not shown whole, because they are very long. */
  cut: z.optional(z.array(z.string())),
  anchors: z.object({
    key: z.optional(z.string()),
    linear: z.optional(z.string()),
    localId: z.optional(z.string()),
    box: z.optional(z.string()),
    path: z.string(),
  }),
  /** The first characters of its title as they stand on the page. */
  quote: z.string(),
  warnings: z.array(z.looseObject({ code: z.string() })),
  /** What people said about it; it stands at every later reading. */
  decision: z.optional(
    z.object({
      ignored: z.optional(z.boolean()),
      level: z.optional(z.enum(levels)),
      enabler: z.optional(z.enum([...enablerTypes, 'none'])),
      by: z.string(),
      at: time,
    }),
  ),
  /** The version of the page in which it was first seen. */
  firstVersion: z.number(),
  missingSince: z.optional(time),
  ...record,
});

export const itemBodies = { ItemDecision };
export const itemAnswers = {
  PlanItem,
  PlanItemNode: ItemNode,
  PlanItems: z.union([listOf(ItemSummary), z.object({ items: z.array(ItemNode) })]),
};
export type ItemSummary = z.input<typeof ItemSummary>;
export type ItemNode = Node;
export type PlanItemAnswer = z.input<typeof PlanItem>;
