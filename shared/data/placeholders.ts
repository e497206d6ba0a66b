import type { NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { type Item, marshalled } from './client.ts';

/** Assigns a placeholder to each name and value of an expression. */
export type Placeholders = {
  name: (attribute: string) => string;
  value: (of: NativeAttributeValue) => string;
};

/** The placeholders of one request, and the attributes with which the request defines them. */
export const placeholders = () => {
  const names: Record<string, string> = {};
  const placeholderOf = new Map<string, string>();
  const values: Item = {};
  let count = 0;
  return {
    to: {
      name(attribute) {
        let placeholder = placeholderOf.get(attribute);
        if (placeholder === undefined) {
          placeholder = `#${placeholderOf.size}`;
          placeholderOf.set(attribute, placeholder);
          names[placeholder] = attribute;
        }
        return placeholder;
      },
      value(of) {
        const placeholder = `:${count++}`;
        values[placeholder] = of;
        return placeholder;
      },
    } satisfies Placeholders,
    bound: () => ({
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: count > 0 ? marshalled(values) : undefined,
    }),
  };
};
