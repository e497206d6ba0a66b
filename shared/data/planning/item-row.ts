import * as z from 'zod/mini';
import { itemStates } from '../../domain/planning/item.ts';
import { enablerTypes, levels } from '../../domain/planning/plan.ts';
import { parseRow } from '../../parse.ts';
import { conditions } from '../condition.ts';
import { flag, maybeText, number, type Stored, text } from '../fields.ts';

const AnchorsRow = z.object({
  key: maybeText,
  linear: maybeText,
  localId: maybeText,
  box: maybeText,
  path: text,
});

const WarningRow = z.object({
  code: text,
  refs: z.optional(z.array(text)),
  quote: maybeText,
  more: z.optional(number),
});

const WordRow = z.object({
  ignored: z.optional(flag),
  level: z.optional(z.enum(levels)),
  enabler: z.optional(z.enum([...enablerTypes, 'none'])),
});

/** A row of `planning_items`, by owner. */
const ItemRow = z.object({
  sessionId: text,
  id: text,
  workspaceId: text,
  rev: number,

  // The page's: only a reading writes it.
  /** Its place on the page (domain/planning/item.ts). */
  place: text,
  state: z.enum(itemStates),
  /** The item that this one may be, or the one that may be this. */
  matches: maybeText,
  why: maybeText,
  title: text,
  key: maybeText,
  pageLevel: z.enum(levels),
  pageEnabler: z.optional(z.enum(enablerTypes)),
  parentId: maybeText,
  anchors: AnchorsRow,
  quote: text,
  /** The fields as JSON, compressed; or, if that is long, the name of the text that holds them. */
  fields: z.optional(z.instanceof(Uint8Array)),
  fieldsText: maybeText,
  /** Digests of its description and its criteria. */
  contents: z.object({ description: maybeText, criteria: maybeText }),
  warnings: z.array(WarningRow),
  /** Of everything that the page says about it. */
  contentHash: text,
  /** The version of the page in which this was first seen, and the reading that wrote it. */
  pageVersion: number,
  readingId: text,
  missingSince: maybeText,

  // A person's.
  word: z.optional(WordRow),
  wordBy: maybeText,
  wordAt: maybeText,
  /** How many proposed matches a person has refused. It makes the id of the next proposal. */
  refusals: z._default(number, 0),

  // Both: the page's level and type, unless a person says otherwise.
  level: z.enum(levels),
  enabler: z.optional(z.enum(enablerTypes)),

  createdAt: text,
  updatedAt: text,
});
export type ItemRow = z.output<typeof ItemRow>;
export type ItemItem = Stored<typeof ItemRow>;

export const where = conditions<ItemItem>();

export const itemRow = (row: unknown): ItemRow => parseRow(ItemRow, row, 'planning_items');
