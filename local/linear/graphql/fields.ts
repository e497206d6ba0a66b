import {
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { type EntityType, isEntityType, type Row } from '../store/model.ts';
import { type Relation, relationOf } from '../store/relations.ts';
import { candidateIds, maxCandidates, timeBounds } from './candidate-ids.ts';
import { computed } from './computed.ts';
import { type PageArguments, pageOf, paginate } from './connections.ts';
import type { Context } from './context.ts';
import { notFound, notImplemented } from './errors.ts';
import { type Filter, type FilterContext, matches } from './filters.ts';

export type Arguments = Record<string, unknown>;
export type RootResolver = (args: never, context: Context) => unknown;

/** Resolves every field of the schema from a root resolver, a stored entity, or the zero value of the field's type. */
export const fieldResolver =
  (roots: Record<string, Record<string, RootResolver>>): GraphQLFieldResolver<unknown, Context> =>
  (source, args, context, { parentType, fieldName, returnType }) => {
    const type = parentType.name;
    const root = roots[type];
    if (root) {
      const resolve = Object.hasOwn(root, fieldName) ? root[fieldName] : undefined;
      if (resolve) return resolve(args as never, context);
      if (isConnection(returnType) && type === 'Query') return zeroValue(returnType, `${type}.${fieldName}`);
      throw notImplemented(`${type}.${fieldName}`);
    }
    if (isEntityType(type)) {
      const relation = isConnection(returnType) ? relationOf(type, fieldName) : undefined;
      if (relation) return relatedPage(source as Row, relation, args, context);
      const found = read(type, source as Row, fieldName, context);
      if (found && 'value' in found) return found.value;
      if (found?.related === null && isNonNullType(returnType)) throw notFound(found.type);
      if (found) return found.related;
    } else if (isRecord(source) && Object.hasOwn(source, fieldName)) {
      return source[fieldName];
    }
    return zeroValue(returnType, `${type}.${fieldName}`);
  };

type Read = { value: unknown } | { related: Row | Row[] | null; type: EntityType };

/** The value or relation that an entity has under a name; undefined if the local Linear has no such data. */
const read = (type: EntityType, row: Row, name: string, context: Context): Read | undefined => {
  const compute = computed[type] as Record<string, (row: Row, context: Context) => unknown> | undefined;
  if (compute && Object.hasOwn(compute, name)) return { value: compute[name]?.(row, context) };
  const relation = relationOf(type, name);
  if (relation) return { related: context.view.follow(row, relation), type: relation.type };
  return Object.hasOwn(row, name) ? { value: row[name as keyof Row] } : undefined;
};

const CONNECTION_ARGUMENTS = new Set([
  'filter',
  'first',
  'after',
  'last',
  'before',
  'orderBy',
  'includeArchived',
  'includeSubTeams',
]);

const readFilter = (type: EntityType, args: Arguments): Filter => {
  const unknown = Object.keys(args).find((name) => !CONNECTION_ARGUMENTS.has(name) && args[name] !== null);
  // Ignoring an argument would give a wrong answer.
  if (unknown) throw notImplemented(`the argument ${unknown} on lists of ${type}`);
  return (args.filter ?? {}) as Filter;
};

/** A filtered page of the given rows. */
export const connection = (type: EntityType, rows: Row[], args: Arguments, context: Context) => {
  const filter = readFilter(type, args);
  const filters = filterContext(context);
  return paginate(
    rows.filter((row) => matches(type, row, filter, filters)),
    args as PageArguments,
  );
};

interface Scope {
  key: string;
  value: string;
}

/** A filtered page of all rows of a type, or of the rows in the scope. */
export const listing = (type: EntityType, args: Arguments, context: Context, scope?: Scope) => {
  const filter = readFilter(type, args);
  const page = args as PageArguments;
  const filters = filterContext(context);
  const rows = context.view.collection(type);
  const scoped = scope && rows.idsBy(scope.key, scope.value);
  const accepts = (row: Row): boolean =>
    (!scoped || scoped.has(row.id)) && context.view.canSee(type, row) && matches(type, row, filter, filters);

  const found = candidateIds(type, filter, {
    nowMs: filters.nowMs,
    collection: (other) => context.view.collection(other),
    matches: (other, row, part) => matches(other, row, part, filters),
  });
  const candidates = found && scoped ? (found.size < scoped.size ? found : scoped) : (found ?? scoped);
  if (candidates && candidates.size <= maxCandidates(rows.size)) {
    const near = [...candidates].map((id) => rows.get(id)).filter((row) => row !== undefined);
    return paginate(near.filter(accepts), page);
  }
  const orderBy = page.orderBy ?? 'createdAt';
  const within = timeBounds((filter[orderBy] ?? {}) as Filter, filters.nowMs);
  return pageOf(rows.sortedBy(orderBy), page, accepts, within);
};

const relatedPage = (row: Row, relation: Relation, args: Arguments, context: Context) =>
  relation.kind === 'inverse'
    ? listing(relation.type, args, context, { key: relation.key, value: row.id })
    : connection(relation.type, context.view.follow(row, relation) as Row[], args, context);

/** Lets a filter read what the caller can see. */
export const filterContext = (context: Context): FilterContext => ({
  nowMs: context.clock.now(),
  lookup: (type, entity, key) => {
    if (!isEntityType(type)) return undefined;
    const found = read(type, entity as Row, key, context);
    if (!found) return undefined;
    if ('value' in found) return { value: found.value, isDate: /(At|Date)$/.test(key) };
    return Array.isArray(found.related)
      ? { entities: found.related, type: found.type }
      : { entity: found.related, type: found.type };
  },
});

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isConnection = (type: GraphQLOutputType): boolean => getNamedType(type).name.endsWith('Connection');

const EMPTY_CONNECTION = {
  nodes: [],
  edges: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
};

const ZERO_SCALARS: Record<string, unknown> = {
  Boolean: false,
  Int: 0,
  Float: 0,
  JSON: {},
  JSONObject: {},
  DateTime: '1970-01-01T00:00:00.000Z',
};

/** The value of a field without data. Throws if an empty answer could be wrong. */
const zeroValue = (type: GraphQLOutputType, name: string): unknown => {
  if (!isNonNullType(type)) return null;
  const inner = type.ofType;
  if (isListType(inner)) return [];
  if (isEnumType(inner)) return inner.getValues()[0]?.value;
  if (isScalarType(inner)) return Object.hasOwn(ZERO_SCALARS, inner.name) ? ZERO_SCALARS[inner.name] : '';
  const nodes = isObjectType(inner) && isConnection(inner) ? inner.getFields().nodes : undefined;
  if (nodes && !isEntityType(getNamedType(nodes.type).name)) return EMPTY_CONNECTION;
  throw notImplemented(name);
};
