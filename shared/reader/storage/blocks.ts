import type { XmlElement } from '@rgrove/parse-xml';
import type { Run } from './runs.ts';

type Class = 'item' | 'field' | 'context' | 'ignored' | 'unread';

/** A countable block. It is context until something else is found out. */
export type Block = { class: Class; reason?: string; quote: () => string; target?: string };

/** A line of text: a heading, a paragraph, the title of a box. */
export type Text = {
  runs: Run[] /** Its plain text. */;
  text: string;
  block: Block;
  element: XmlElement | undefined;
};

export type Task = { id: string | undefined; uuid: string | undefined; done: boolean };
export type ListItem = Text & { element: XmlElement; task: Task | undefined; nested: Content[] };
export type Cell = {
  element: XmlElement;
  isHeader: boolean;
  runs: Run[];
  text: string;
  blocks: XmlElement[];
};
export type Row = { element: XmlElement; block: Block; cells: Cell[]; isHead: boolean };

type Heading = { kind: 'heading'; rank: number } & Text;
export type Paragraph = { kind: 'paragraph' } & Text;
export type List = { kind: 'list'; isOrdered: boolean; items: ListItem[] };
export type Table = { kind: 'table'; element: XmlElement; rows: Row[] };
export type Code = { kind: 'code'; block: Block; language: string; text: string };
/** A macro with a body: a barrier for headings. */
export type Box = {
  kind: 'box';
  name: string;
  element: XmlElement;
  title: Text | undefined;
  content: Content[];
};
/** Columns side by side: none is below the headings of another. */
type Columns = { kind: 'columns'; columns: Content[][] };

export type Content = Heading | Paragraph | List | Table | Code | Box | Columns;
