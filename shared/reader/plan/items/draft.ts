import type { Criterion, EnablerType, ItemFields, Level, Wsjf } from '../../../domain/planning/plan.ts';
import type { Block } from '../../storage/blocks.ts';
import type { Run } from '../../storage/runs.ts';
import type { Reference } from '../../words/links.ts';
import type { Container, Piece } from './description.ts';

/** A piece of the page's text, by offsets (UTF-16). */
type Span = { start: number; end: number };

/** The planning interval and iteration that headings or group rows above say. */
export type Periods = { pi?: string; iteration?: string };

/** An item under way: what it refers to is resolved once the whole page is read. */
export type Draft = {
  level: Level;
  /** Whether the page itself says the level; an enabler's may come from its parent. */
  hasLevel: boolean;
  enabler: EnablerType | null;
  key: { text: string; canonical: string } | null;
  title: string;
  /** `titleNorm` of its title. */
  norm: string;
  quote: string;
  fields: ItemFields;
  acceptance: Criterion[];
  wsjf: Wsjf;
  pieces: Piece[];
  /** Plain text in which dependencies may be mentioned. */
  mentions: string[];
  jira: Set<string>;
  depends: (readonly Run[])[];
  blocks: (readonly Run[])[];
  /** What the page names as its parent. */
  parentName: Run[] | undefined;
  /** The item that it stands in, of whatever level. */
  enclosing: Draft | undefined;
  parent: Draft | undefined;
  localId: string | undefined;
  box: string | undefined;
  period: Periods;
  warnings: Set<string>;
  /** Its place on the page: its block, then its place among those of the block. */
  order: number;
  block: Block;
  span: Span | undefined;
};

export const addPiece = (draft: Draft, markdown: string, containers: readonly Container[] = []): void => {
  if (markdown.trim() !== '') draft.pieces.push({ markdown, containers });
};

/** Adds a link to an issue. Linear has one at the most, the first. */
export const addReference = (draft: Draft, { tracker, id }: Reference): void => {
  if (tracker === 'linear') draft.fields.linear ??= id;
  else draft.jira.add(id);
};
