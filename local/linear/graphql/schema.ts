import { buildSchema, GraphQLError, type GraphQLSchema, isScalarType } from 'graphql';
import { rebuildSdl } from './sdl.ts';
import { isDateTime, isDuration, isTimelessDate } from './times.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

export const isUuid = (value: unknown): value is string => typeof value === 'string' && UUID.test(value);
export const isUuidV4 = (value: unknown): value is string => typeof value === 'string' && UUID_V4.test(value);

const inputChecks: Record<string, (value: unknown) => boolean> = {
  UUID: isUuid,
  DateTime: isDateTime,
  DateTimeOrDuration: (value) => isDateTime(value) || isDuration(value),
  TimelessDate: isTimelessDate,
};

/** Linear's schema in executable form, with the input checks of its custom scalars. */
export const loadSchema = (): GraphQLSchema => {
  const schema = buildSchema(rebuildSdl());
  for (const [name, accepts] of Object.entries(inputChecks)) {
    const scalar = schema.getType(name);
    if (!isScalarType(scalar)) continue;
    const coerce = (value: unknown): unknown => {
      if (!accepts(value)) throw new GraphQLError(`${name} cannot represent ${JSON.stringify(value)}`);
      return value;
    };
    scalar.coerceInputValue = coerce;
    scalar.coerceInputLiteral = (node) => coerce('value' in node ? node.value : undefined);
  }
  return schema;
};
