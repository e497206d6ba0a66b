import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

type Template = {
  Parameters?: Record<string, { Default?: unknown }>;
  Resources?: Record<string, { Type: string; Properties?: unknown }>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
};

/** A resource with its local name and ARN, and with every intrinsic function of its properties resolved. */
export type Resource<Properties> = { logicalId: string; name: string; arn: string; properties: Properties };

/** The construct id in the CDK app: the logical id of CloudFormation without its hash. */
export const constructIdOf = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '');

export type Deployment = {
  resources<Properties>(type: string): Resource<Properties>[];
  /** The folder of a function's code. */
  asset(code: { S3Key: string }): string;
};

/** Reads the output of `cdk synth` in `dir`. `apiEndpoint` is the URL of the local HTTP API. */
export const readAssembly = (dir: string, { apiEndpoint }: { apiEndpoint: string }): Deployment => {
  const json = (file: string) => JSON.parse(readFileSync(join(dir, file), 'utf8'));
  const artifacts: [string, { type: string; properties: { templateFile: string; stackName?: string } }][] =
    Object.entries(json('manifest.json').artifacts);
  const stacks = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const assets = stacks.flatMap(([id]) =>
    Object.entries<{ source: { path: string } }>(json(`${id}.assets.json`).files),
  );

  const templates = Object.fromEntries(
    stacks.map(([id, { properties }]) => [
      properties.stackName ?? id,
      json(properties.templateFile) as Template,
    ]),
  );
  return {
    ...resolveTemplates(templates, { apiEndpoint }),
    asset: ({ S3Key }) => {
      const found = assets.find(([hash]) => S3Key === `${hash}.zip`)?.[1];
      if (!found) throw new Error(`The synthesised assembly in ${dir} has no asset ${S3Key}.`);
      return join(dir, found.source.path);
    },
  };
};

/** Resolves templates that may import each other's exports. */
export const resolveTemplates = (
  templates: Record<string, Template>,
  { apiEndpoint }: { apiEndpoint: string },
): Pick<Deployment, 'resources'> => {
  const identify = (stack: string, logicalId: string) => {
    const type = templates[stack]?.Resources?.[logicalId]?.Type ?? '';
    const name = `${stack}-${logicalId}`;
    return { type, name, arn: arnOf(type, name) };
  };

  const resolve = (value: unknown, stack: string): unknown => {
    if (Array.isArray(value))
      return value.map((each) => resolve(each, stack)).filter((each) => each !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const [[key = '', argument] = [], ...others] = Object.entries(value);
    if (others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) return call(key, argument, stack);
    const entries = Object.entries(value).map(([name, each]) => [name, resolve(each, stack)]);
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  };

  const call = (name: string, argument: unknown, stack: string): unknown => {
    const intrinsic = intrinsics[name];
    if (!intrinsic) throw new Error(`Stack ${stack} uses ${name}, which the local runner does not support.`);
    return intrinsic(argument, stack);
  };

  const text = (value: unknown, stack: string) => String(resolve(value, stack));
  const list = (value: unknown, stack: string) => resolve(value, stack) as unknown[];

  const ref = (id: string, stack: string) => {
    if (id in pseudoParameters) return pseudoParameters[id];
    if (id === 'AWS::StackName') return stack;
    if (id === 'AWS::StackId') return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${stack}/local`;
    const template = templates[stack];
    if (template?.Parameters?.[id]) return template.Parameters[id].Default;
    if (!template?.Resources?.[id])
      throw new Error(`Stack ${stack} refers to ${id}, which it does not declare.`);
    const { type, name, arn } = identify(stack, id);
    return type === 'AWS::SecretsManager::Secret' ? arn : name;
  };

  const attribute = (id: string, attributeName: string, stack: string) => {
    const { type, arn } = identify(stack, id);
    if (attributeName === 'Arn') return arn;
    if (type === 'AWS::ApiGatewayV2::Api' && attributeName === 'ApiEndpoint') return apiEndpoint;
    throw new Error(
      `Stack ${stack} asks for ${id}.${attributeName} (${type}), which the local runner does not support.`,
    );
  };

  const intrinsics: Record<string, (argument: unknown, stack: string) => unknown> = {
    Ref: (id, stack) => ref(String(id), stack),
    'Fn::GetAtt': (argument, stack) => {
      const [id = '', ...path] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.');
      return attribute(id, path.join('.'), stack);
    },
    'Fn::Join': (argument, stack) => {
      const [separator, parts] = argument as [string, unknown];
      return list(parts, stack).join(separator);
    },
    'Fn::Select': (argument, stack) => {
      const [index, from] = argument as [number | string, unknown];
      return list(from, stack)[Number(index)];
    },
    'Fn::Split': (argument, stack) => {
      const [separator, from] = argument as [string, unknown];
      return text(from, stack).split(separator);
    },
    'Fn::Sub': (argument, stack) => {
      const [pattern, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, object];
      const values = new Map(Object.entries(variables));
      return pattern.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
        if (literal) return `\${${name}}`;
        if (values.has(name)) return text(values.get(name), stack);
        return String(call(name.includes('.') ? 'Fn::GetAtt' : 'Ref', name, stack));
      });
    },
    'Fn::ImportValue': (argument, stack) => {
      const wanted = text(argument, stack);
      for (const [exporter, { Outputs = {} }] of Object.entries(templates)) {
        for (const { Export, Value } of Object.values(Outputs)) {
          if (Export && text(Export.Name, exporter) === wanted) return resolve(Value, exporter);
        }
      }
      throw new Error(`Stack ${stack} imports ${wanted}, which no stack exports.`);
    },
  };

  return {
    resources: <Properties>(type: string) =>
      Object.entries(templates).flatMap(([stack, { Resources = {} }]) =>
        Object.entries(Resources)
          .filter(([, resource]) => resource.Type === type)
          .map(([logicalId, { Properties = {} }]) => ({
            ...identify(stack, logicalId),
            logicalId,
            properties: resolve(Properties, stack) as Properties,
          })),
      ),
  };
};

const pseudoParameters: Record<string, string | undefined> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::NoValue': undefined,
  'AWS::Partition': 'aws',
  'AWS::Region': REGION,
  'AWS::URLSuffix': 'amazonaws.com',
};

const arnOf = (type: string, name: string) => {
  const resource =
    arnResources[type]?.(name) ?? `${type.split('::')[1]?.toLowerCase()}:${REGION}:${ACCOUNT}:${name}`;
  return `arn:aws:${resource}`;
};

const arnResources: Record<string, (name: string) => string> = {
  'AWS::DynamoDB::GlobalTable': (name) => `dynamodb:${REGION}:${ACCOUNT}:table/${name}`,
  'AWS::Events::EventBus': (name) => `events:${REGION}:${ACCOUNT}:event-bus/${name}`,
  'AWS::Lambda::Function': (name) => `lambda:${REGION}:${ACCOUNT}:function:${name}`,
  'AWS::KMS::Key': (name) => `kms:${REGION}:${ACCOUNT}:key/${uuidOf(name)}`,
  // Secrets Manager ends its ARNs with a dash and six characters.
  'AWS::SecretsManager::Secret': (name) =>
    `secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${uuidOf(name).slice(0, 6)}`,
};

const uuidOf = (name: string) =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
