import * as fc from 'fast-check';

export type JsonSchema = {
  $ref?: string;
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  format?: string;
};

type Resolve = (ref: string) => JsonSchema;

const text = ({ minLength = 0, maxLength = 200, format }: JsonSchema): fc.Arbitrary<string> => {
  if (format === 'uri') return fc.webUrl();
  const short = fc.string({
    unit: 'binary',
    minLength,
    maxLength: Math.min(maxLength, Math.max(minLength, 40)),
  });
  // The longest text, in characters of three bytes: it finds limits that are counted in bytes.
  return fc.oneof(
    { weight: 9, arbitrary: short },
    { weight: 1, arbitrary: fc.constant('€'.repeat(maxLength)) },
  );
};

/** Values that match a JSON Schema. Knows the keywords of our own document and throws for any other. */
export const valuesOf = (schema: JsonSchema, resolve: Resolve): fc.Arbitrary<unknown> => {
  const inner = (each: JsonSchema) => valuesOf(each, resolve);
  if (schema.$ref) return inner(resolve(schema.$ref));
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return fc.oneof(...choices.map(inner));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => inner({ ...schema, type })));
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -1e9, -1e9),
        max: Math.min(schema.maximum ?? 1e9, 1e9),
      });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(inner(schema.items ?? {}), { maxLength: 3 });
    case 'object': {
      const { properties = {}, required = [], additionalProperties } = schema;
      const named = fc.record(
        Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, inner(each)])),
        { requiredKeys: required },
      );
      if (typeof additionalProperties !== 'object') return named;
      const others = fc.dictionary(fc.string({ maxLength: 20 }), inner(additionalProperties), { maxKeys: 3 });
      return fc.tuple(named, others).map(([one, other]) => ({ ...other, ...one }));
    }
    default:
      throw new Error(`No generator for the schema ${JSON.stringify(schema)}.`);
  }
};
