import { oneLine } from '../text.ts';
import type { ChangeSet } from './change-set.ts';
import type { Action, ChangeWarning, Field, Json, PlannedOperation } from './operation.ts';

/** What a reader of a change set has to know besides it. */
export type Shown = {
  plan: string;
  project: string;
  team: string;
  pageVersion: number;
  /** The titles of items, in the order of the page. */
  items: readonly { id: string; title: string; kind: string }[];
  /** What an id of Linear stands for, such as the name of a label or the identifier of an issue. */
  nameOf: (id: string) => string | undefined;
};

/** Text that cannot break the layout: one line without Markdown of its own. */
const plain = (text: string): string => oneLine(text).replace(/[\\`*_[\]<>|~#&!@]/g, '\\$&');

const verbs: Record<Action, string> = {
  create: 'create',
  update: 'change',
  delete: 'remove',
  adopt: 'take over',
  release: 'let go',
};

const quoted = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => `${indent}> ${line}`.trimEnd())
    .join('\n');

/** Renders change sets for people. */
export const changeSetMarkdown = (
  { operations, warnings }: ChangeSet,
  { plan, project, team, pageVersion, items, nameOf }: Shown,
): string => {
  const named = (id: string) => plain(nameOf(id) ?? id);

  /** A value on one line. Ids are shown by what they stand for. */
  const short = (value: Json): string => {
    if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return 'none';
    if (Array.isArray(value)) return value.map((of) => named(String(of))).join(', ');
    return typeof value === 'string' ? named(value) : String(value);
  };

  const fieldLines = (field: string, before: Json | undefined, after: Json, indent: string): string[] => {
    if (field === 'description' && typeof after === 'string') {
      if (before === undefined || before === '')
        return after === '' ? [] : [`${indent}- description:`, quoted(after, `${indent}  `)];
      return [
        `${indent}- description, before:`,
        quoted(String(before), `${indent}  `),
        `${indent}- description, after:`,
        quoted(after, `${indent}  `),
      ];
    }
    const isBlank =
      after === null || after === '' || after === 0 || (Array.isArray(after) && after.length === 0);
    if (before === undefined)
      return isBlank || field === 'title' ? [] : [`${indent}- ${field}: ${short(after)}`];
    return [`${indent}- ${field}: ${short(before)} → **${short(after)}**`];
  };

  const linesOf = (operation: PlannedOperation): string[] => {
    const { action, entity, field, page, before } = operation;
    if (entity === 'attachment') return [`- ${verbs[action]} the link to the page`];
    if (entity === 'relation') {
      const { blocks } = (action === 'delete' ? before : page) as { blocks: string };
      return [`- ${action === 'delete' ? 'no longer blocked' : 'blocked'} by ${named(blocks)}`];
    }
    if (field !== null) return fieldLines(field satisfies Field, before, page, '');
    const values = Object.entries((page ?? {}) as { [field: string]: Json });
    return [
      `- ${verbs[action]} ${entity === 'label' ? `label ${plain(String(operation.send.name ?? ''))}` : `the ${entity}`}`,
      ...values.flatMap(([name, value]) => fieldLines(name, undefined, value, '  ')),
    ];
  };

  const remark = ({ code, detail }: ChangeWarning): string =>
    `- ⚠ \`${code}\`${detail === undefined ? '' : `: ${plain(detail)}`}`;

  const byItem = Map.groupBy(operations, ({ itemId }) => itemId);
  const remarksOf = Map.groupBy(warnings, ({ itemId }) => itemId);
  const sections = items.flatMap(({ id, title, kind }) => {
    const lines = [...(remarksOf.get(id) ?? []).map(remark), ...(byItem.get(id) ?? []).flatMap(linesOf)];
    return lines.length === 0 ? [] : [`### ${plain(title)} · ${kind}\n\n${lines.join('\n')}`];
  });
  const shared = [...(remarksOf.get(null) ?? []).map(remark), ...(byItem.get(null) ?? []).flatMap(linesOf)];
  const counts = Map.groupBy(operations, ({ action, entity }) => `${verbs[action]} ${entity}`);
  const sum = [...counts].map(([what, of]) => `- ${what}: ${of.length}`);
  const errors = [...new Set(warnings.flatMap(({ code, level }) => (level === 'error' ? [code] : [])))];
  return [
    `# What changes in Linear`,
    `${plain(plan)}, version ${pageVersion} of the page → project ${plain(project)}, team ${plain(team)}`,
    sum.length > 0 ? sum.join('\n') : 'Nothing: Linear stands as the page says.',
    ...(errors.length > 0 ? [`**To acknowledge:** ${errors.map((code) => `\`${code}\``).join(', ')}`] : []),
    ...(shared.length > 0 ? [`## Labels\n\n${shared.join('\n')}`] : []),
    ...(sections.length > 0 ? [`## Items\n\n${sections.join('\n\n')}`] : []),
  ].join('\n\n');
};
