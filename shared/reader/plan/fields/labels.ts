import type { PageProps } from '../../../domain/planning/plan.ts';
import { levels } from '../../../domain/planning/plan.ts';
import { display } from '../../../domain/planning/text.ts';
import { plainText } from '../../storage/line.ts';
import type { Run } from '../../storage/runs.ts';
import { isBlank, type Label } from '../../words/label.ts';
import type { Role } from '../../words/lexicon.ts';
import { dateOf, enablerTypeOf } from '../../words/values.ts';
import type { Draft } from '../items/draft.ts';
import type { Page } from '../page.ts';
import { setField } from './fields.ts';
import type { Value } from './value.ts';

/** The field that a label stands for on this item; nothing if the line is plain text there. */
export const roleOn = (draft: Draft, label: Label, value: readonly Run[]): Role | undefined => {
  if ('role' in label) return label.role === 'release' ? undefined : label.role;
  const { level } = label;
  if (level === 'enabler') return enablerTypeOf(plainText(value)) === undefined ? undefined : 'enablerType';
  if (level === 'requirement' || level === 'spike') return undefined;
  return levels.indexOf(level) < levels.indexOf(draft.level) ? 'parent' : undefined;
};

/** Sets the field that a label stands for. Says whether it does for one. */
export const setLabelled = (draft: Draft, label: Label, value: Value): boolean => {
  const role = roleOn(draft, label, value.runs);
  if (role === undefined) return false;
  setField(draft, role, label.name, value);
  return true;
};

const PROPERTIES: Partial<Record<Role, keyof PageProps>> = {
  pi: 'pi',
  owner: 'owner',
  status: 'status',
  target: 'target',
  release: 'release',
  team: 'team',
};

/** Sets a property of the page. The first value wins. */
const setProperty = ({ props }: Page, role: Role, text: string): void => {
  const property = PROPERTIES[role];
  if (property === undefined || isBlank(text)) return;
  props[property] ??= property === 'target' ? (dateOf(text) ?? display(text)) : display(text);
};

/** What a label outside any item says about the page. */
export const setOutside = (page: Page, label: Label, text: string): void => {
  if (!('role' in label)) return;
  if (label.role === 'ac') page.warnings.push({ code: 'ac-orphan', ref: null });
  else setProperty(page, label.role, text);
};
