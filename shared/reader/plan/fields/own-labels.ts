import type { Content, ListItem } from '../../storage/blocks.ts';
import { hasContent, linesOf, plainText } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import { isBlank, labelOf } from '../../words/label.ts';
import type { Role } from '../../words/lexicon.ts';
import { enablerTypeOf } from '../../words/values.ts';
import type { Outline } from '../outline.ts';
import { keyValuesOf } from '../tables/key-values.ts';
import { labelsOf } from './lines.ts';

/** What the labels of a section say about its item, before it is known whether it is one. */
export type OwnLabels = { roles: Set<Role>; status: string[]; priority: string[] };

const none = (): OwnLabels => ({ roles: new Set(), status: [], priority: [] });

/** Reads the labels that belong to a heading itself: not those below a heading in between. */
export const ownLabels = (children: readonly Outline[], labels = none()): OwnLabels => {
  for (const [at, node] of children.entries())
    switch (node.kind) {
      case 'paragraph':
        for (const line of linesOf(node.runs)) readLine(line, children[at + 1], labels);
        break;
      case 'list':
        for (const item of node.items) readItem(item, labels);
        break;
      case 'table':
        for (const { label, runs, text } of keyValuesOf(node) ?? [])
          if (label && 'role' in label && !isBlank(text)) note(label.role, runs, labels);
        break;
      case 'section': {
        const label = labelOf(node.head.text);
        const [content] = node.children;
        if (label && 'role' in label && content !== undefined)
          note(label.role, content.kind === 'paragraph' ? content.runs : [], labels);
        break;
      }
      case 'outline-box':
        ownLabels(node.children, labels);
    }
  return labels;
};

/** Reads the labels among the list items nested in a list item. */
export const nestedLabels = (nested: readonly Content[], labels = none()): OwnLabels => {
  for (const content of nested)
    if (content.kind === 'list') for (const item of content.items) readItem(item, labels);
  return labels;
};

const readItem = ({ runs, nested }: ListItem, labels: OwnLabels): void => {
  for (const line of linesOf(runs)) readLine(line, nested[0], labels);
};

const readLine = (line: readonly Run[], next: Outline | Content | undefined, labels: OwnLabels): void => {
  for (const { label, value } of labelsOf(line)) {
    const runs = hasContent(value) ? value : next?.kind === 'paragraph' ? next.runs : [];
    if ('role' in label) {
      if (next?.kind === 'list' || !isBlank(plainText(runs))) note(label.role, runs, labels);
    } else if (label.level === 'enabler' && enablerTypeOf(plainText(value)) !== undefined)
      labels.roles.add('enablerType');
  }
};

const note = (role: Role, runs: readonly Run[], labels: OwnLabels): void => {
  labels.roles.add(role);
  if (role === 'status') labels.status.push(plainText(runs));
  if (role === 'priority') labels.priority.push(plainText(runs));
};

const STRONG: Role[] = [
  'ac',
  'benefit',
  'estimate',
  'priority',
  'bv',
  'tc',
  'rr',
  'size',
  'wsjf',
  'enablerType',
  'depends',
  'blocks',
];

/** Whether labels make an unnamed heading under a section an item. */
export const hasStrong = ({ roles }: OwnLabels): boolean => STRONG.some((role) => roles.has(role));
