import type { Confluence } from '../../confluence.ts';
import { versionOf } from '../../store/content.ts';
import type { Page } from '../../store/model.ts';
import { v1BadRequest } from '../errors.ts';
import type { Condition } from './cql.ts';

const MINUTE = /^(\d{4})[-/](\d{2})[-/](\d{2})(?:[ T](\d{2}):(\d{2}))?/;

/** Whether a page fits a condition. Throws the 400 of v1 for a date that is none. */
export const isMatch = (confluence: Confluence, page: Page, condition: Condition): boolean => {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => isMatch(confluence, page, part));
    case 'or':
      return condition.parts.some((part) => isMatch(confluence, page, part));
    case 'not':
      return !isMatch(confluence, page, condition.part);
    case 'field':
      return isFieldMatch(confluence, page, condition);
  }
};

type FieldCondition = Extract<Condition, { kind: 'field' }>;

const isFieldMatch = (
  confluence: Confluence,
  page: Page,
  { field, operator, values: [value = '', ...more] }: FieldCondition,
): boolean => {
  const values = [value, ...more];
  const found = valuesOf(confluence, page, field);
  switch (operator) {
    case '=':
    case 'in':
      return found.some((one) => values.some((other) => isEqual(field, one, other)));
    case '!=':
      return !found.some((one) => isEqual(field, one, value));
    case '~':
      return containsWords(found[0] ?? '', value);
    case '!~':
      return !containsWords(found[0] ?? '', value);
    default:
      return isInOrder(found[0] ?? '', operator, value);
  }
};

const valuesOf = ({ store }: Confluence, page: Page, field: string): string[] => {
  switch (field) {
    case 'type':
      return ['page'];
    case 'space':
    case 'space.key':
      return [store.get('Space', page.spaceId)?.key ?? ''];
    case 'id':
    case 'content':
      return [page.id];
    case 'title':
      return [page.title];
    case 'label':
      return page.labels.map(({ name }) => name);
    case 'parent':
      return page.parentId === null ? [] : [page.parentId];
    case 'ancestor':
      return ancestorsOf(store, page);
    case 'created':
      return [page.createdAt];
    default:
      return [modifiedAt(store, page)];
  }
};

/** When the newest version of a page was written. */
export const modifiedAt = (store: Confluence['store'], page: Page): string =>
  versionOf(store, page, page.version)?.createdAt ?? page.createdAt;

const ancestorsOf = (store: Confluence['store'], page: Page): string[] => {
  const ids: string[] = [];
  for (let one = store.get('Page', page.parentId ?? ''); one; one = store.get('Page', one.parentId ?? ''))
    ids.push(one.id);
  return ids;
};

const isEqual = (field: string, found: string, given: string): boolean => {
  if (field === 'lastmodified' || field === 'created') return found.slice(0, 16) === minuteOf(given);
  return found.toLowerCase() === given.toLowerCase();
};

const containsWords = (text: string, given: string): boolean => {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return given
    .toLowerCase()
    .split(/\s+/)
    .every((word) =>
      word.endsWith('*') ? words.some((one) => one.startsWith(word.slice(0, -1))) : words.includes(word),
    );
};

const isInOrder = (found: string, operator: string, given: string): boolean => {
  const [a, b] = [found.slice(0, 16), minuteOf(given)];
  if (operator === '>') return a > b;
  if (operator === '>=') return a >= b;
  return operator === '<' ? a < b : a <= b;
};

/** A date of CQL up to its minute. The local Confluence's people live in UTC. */
const minuteOf = (text: string): string => {
  const [, year, month, day, hour = '00', minute = '00'] = MINUTE.exec(text) ?? [];
  const iso = `${year}-${month}-${day}T${hour}:${minute}`;
  if (Number.isNaN(Date.parse(`${iso}Z`)))
    throw v1BadRequest(`Could not parse cql : the date ${text.slice(0, 40)} is not valid`);
  return iso;
};
