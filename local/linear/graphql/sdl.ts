import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Rebuilds Linear's schema (as SDL) from the type declarations of `@linear/sdk`, which are generated from it. The
 * package contains no SDL. An upgrade of the package upgrades this schema.
 */
export const rebuildSdl = (): string => printReachable(readDeclarations(sdkDeclarations()));

export const sdkDeclarations = (): string => {
  const dist = new URL('.', import.meta.resolve('@linear/sdk'));
  const file = readdirSync(dist).find((name) => /^index-.*\.d\.mts$/.test(name));
  if (!file) throw new Error(`no generated types (index-*.d.mts) in ${fileURLToPath(dist)}`);
  return readFileSync(new URL(file, dist), 'utf8');
};

interface Field {
  name: string;
  optional: boolean;
  type: string;
}
export interface Declarations {
  objects: Map<string, { interfaces: string[]; fields: Field[]; isOutput: boolean }>;
  unions: Map<string, string[]>;
  enums: Map<string, string[]>;
  interfaceNames: Set<string>;
}

export const readDeclarations = (source: string): Declarations => {
  const text = source.replace(/\/\*\*[\s\S]*?\*\/\s*/g, '');
  const objects: Declarations['objects'] = new Map();
  const interfaceNames = new Set<string>();
  for (const [, name = '', heritage = '', body = ''] of text.matchAll(
    /^type (\w+) = ((?:\w+ & )*)\{\n([\s\S]*?)^\};/gm,
  )) {
    const interfaces = heritage.split(' & ').filter(Boolean);
    for (const parent of interfaces) interfaceNames.add(parent);
    const fields = [...body.matchAll(/^ {2}(\w+)(\??): (.+);$/gm)].map(([, field = '', mark, type = '']) => ({
      name: field,
      optional: mark === '?',
      type,
    }));
    const isOutput = fields[0]?.name === '__typename';
    objects.set(name, { interfaces, fields: isOutput ? fields.slice(1) : fields, isOutput });
  }
  const unions = new Map(
    [...text.matchAll(/^type (\w+) = ([\w\s|]+);$/gm)].map(([, name = '', members = '']) => [
      name,
      members.match(/\w+/g) ?? [],
    ]),
  );
  const enums = new Map(
    [...text.matchAll(/^declare enum (\w+) \{([\s\S]*?)^\}/gm)].map(([, name = '', body = '']) => [
      name,
      [...body.matchAll(/= "(\w+)"/g)].map(([, value = '']) => value),
    ]),
  );
  return { objects, unions, enums, interfaceNames };
};

const BUILT_IN_SCALARS = new Set(['ID', 'String', 'Boolean', 'Int', 'Float']);

/** Prints the types that Query and Mutation refer to. The other declarations are fragments and webhook bodies. */
const printReachable = (declarations: Declarations): string => {
  const { objects, unions, enums, interfaceNames } = declarations;
  const printed = new Map<string, string>();
  const queue = ['Query', 'Mutation'];
  const scalars = new Set<string>();
  // An argument type can differ from its field in case (attachmentsForURL, AttachmentsForUrl).
  const argumentTypes = new Map(
    [...objects]
      .filter(([name, { isOutput }]) => name.endsWith('Args') && !isOutput)
      .map(([name, type]) => [name.toLowerCase(), type]),
  );

  const typeReference = (type: string): string => {
    const maybe = /^(?:Input)?Maybe<(.+)>$/.exec(type)?.[1];
    if (maybe) return typeReference(maybe).slice(0, -1);
    const item = /^Array<(.+)>$/.exec(type)?.[1];
    if (item) return `[${typeReference(item)}]!`;
    const scalar = /^Scalars\["(\w+)"\]$/.exec(type)?.[1];
    if (scalar && !BUILT_IN_SCALARS.has(scalar)) scalars.add(scalar);
    if (!scalar) queue.push(type);
    return `${scalar ?? type}!`;
  };
  const printFields = (owner: string, fields: Field[]): string =>
    fields
      .map((field) => `  ${field.name}${printArguments(owner, field)}: ${typeReference(field.type)}`)
      .join('\n');
  const printArguments = (owner: string, field: Field): string => {
    const args = argumentTypes.get(`${owner}${field.name}Args`.toLowerCase());
    if (!args) return '';
    return `(${args.fields.map(({ name, type }) => `${name}: ${typeReference(type)}`).join(', ')})`;
  };
  const print = (name: string): string => {
    const values = enums.get(name);
    if (values) return `enum ${name} {\n  ${values.join('\n  ')}\n}`;
    const members = unions.get(name);
    if (members) {
      queue.push(...members);
      return `union ${name} = ${members.join(' | ')}`;
    }
    const object = objects.get(name);
    if (!object) throw new Error(`@linear/sdk declares no ${name}`);
    queue.push(...object.interfaces);
    const heritage = object.interfaces.length ? ` implements ${object.interfaces.join(' & ')}` : '';
    const keyword = interfaceNames.has(name) ? 'interface' : object.isOutput ? 'type' : 'input';
    return `${keyword} ${name}${heritage} {\n${printFields(name, object.fields)}\n}`;
  };

  // The queue grows during the loop: printing a type adds the types that it refers to.
  for (const name of queue) if (!printed.has(name)) printed.set(name, print(name));
  queueImplementations(declarations, printed, queue);
  for (const name of queue) if (!printed.has(name)) printed.set(name, print(name));
  return [...[...scalars].map((name) => `scalar ${name}`), ...printed.values()].join('\n\n');
};

/** Nothing refers to the implementations of an interface, so they are found by the interfaces they declare. */
const queueImplementations = (
  { objects, interfaceNames }: Declarations,
  printed: Map<string, string>,
  queue: string[],
): void => {
  for (const [name, { interfaces }] of objects) {
    if (interfaces.some((parent) => interfaceNames.has(parent) && parent !== 'Node' && printed.has(parent))) {
      queue.push(name);
    }
  }
};
