import { sameText } from '../../normalise-markdown.ts';
import type { Field, Json } from '../operation.ts';

/** JSON with the keys of objects in order, so that equal values are equal texts. */
export const canonicalJson = (value: Json): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value as { [key: string]: Json }).sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return `{${entries.map(([key, of]) => `${JSON.stringify(key)}:${canonicalJson(of)}`).join(',')}}`;
};

/** Whether two values of a field are the same to people. Linear rewrites Markdown, so texts are compared in meaning. */
export const isSame = (field: Field, one: Json, other: Json): boolean =>
  field === 'description' && typeof one === 'string' && typeof other === 'string'
    ? one === other || sameText(one, other)
    : canonicalJson(one) === canonicalJson(other);
