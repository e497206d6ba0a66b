/** A text as Markdown renders it, without how it was written. */
export type Block =
  | { is: 'paragraph'; text: Inline[] }
  | { is: 'heading'; depth: number; text: Inline[] }
  | { is: 'code'; info: string; text: string }
  | { is: 'rule' }
  | { is: 'quote'; blocks: Block[] }
  | { is: 'list'; start: number | null; items: Item[] }
  | { is: 'table'; align: string[]; rows: Inline[][][] }
  /** What Linear does not render as Markdown has: kept as it is. */
  | { is: 'raw'; text: string };

export type Item = { done: boolean | null; blocks: Block[] };

export type Inline =
  | { is: 'text'; text: string }
  | { is: 'code'; text: string }
  | { is: 'break'; isHard: boolean }
  | { is: 'html'; text: string }
  | { is: 'link'; url: string; title: string; text: Inline[] }
  | { is: 'image'; url: string; title: string; text: Inline[] }
  | { is: 'emphasis' | 'strong' | 'struck'; text: Inline[] };
