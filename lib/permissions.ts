import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type TableName, type TableVariable, type tables, tableVariable } from '../shared/data/tables.ts';
import type { ServiceFunction } from './constructs/service-function.ts';
import type { DataStack } from './data-stack.ts';
import type { FunctionName, TablesOf } from './environments.ts';

type IndexName<T extends TableName> = (typeof tables)[T] extends { indexes: infer I }
  ? keyof I & string
  : never;
type TableAction<T extends TableName> =
  | 'GetItem'
  | 'BatchGetItem'
  | 'PutItem'
  | 'UpdateItem'
  | 'DeleteItem'
  | 'Query'
  | `Query ${IndexName<T>}`;

type Permissions<F extends FunctionName> = {
  /** Exactly the tables of the function's env.ts. */
  tables: { [T in TablesOf<F>]: readonly [TableAction<T>, ...TableAction<T>[]] };
  secrets?: readonly (keyof DataStack['secrets'])[];
  tokenKey?: readonly ('Encrypt' | 'Decrypt')[];
  invokes?: readonly FunctionName[];
  /** May put events on the bus that announces ready features. */
  announces?: true;
};

const poller: Permissions<'PollerTick' | 'PollerWork'> = {
  tables: {
    workspaces: ['GetItem', 'BatchGetItem', 'UpdateItem', 'Query due'],
    projects: [
      'GetItem',
      'BatchGetItem',
      'UpdateItem',
      'Query by_linear_project',
      'Query by_workspace',
      'Query due',
    ],
    features: [
      'BatchGetItem',
      'UpdateItem',
      'Query due',
      'Query by_project',
      'Query claimable',
      'Query blocked',
    ],
    linear_issues: ['BatchGetItem', 'UpdateItem', 'Query due'],
    dependencies: ['PutItem', 'UpdateItem', 'DeleteItem', 'Query'],
    leases: ['UpdateItem'],
    history: ['UpdateItem'],
  },
  secrets: ['linearApp'],
  tokenKey: ['Encrypt', 'Decrypt'],
  invokes: ['Sync'],
  announces: true,
};

/** Everything that each function may do. `Query due` reads the index `due`, `Query` the table. */
export const permissions: { [F in FunctionName]: Permissions<F> } = {
  Webhook: {
    tables: {
      workspaces: ['GetItem', 'UpdateItem', 'Query by_linear_org'],
      projects: ['GetItem', 'UpdateItem', 'Query by_linear_project'],
      features: ['UpdateItem'],
      linear_issues: ['UpdateItem'],
    },
    secrets: ['linearWebhook'],
    invokes: ['PollerWork'],
  },
  Oauth: {
    tables: {
      workspaces: ['GetItem', 'UpdateItem', 'Query by_linear_org'],
      memberships: ['GetItem', 'UpdateItem'],
      oauth_states: ['GetItem', 'PutItem', 'DeleteItem'],
      history: ['UpdateItem'],
    },
    secrets: ['linearApp'],
    tokenKey: ['Encrypt'],
    invokes: ['Sync'],
  },
  Sync: {
    tables: {
      workspaces: ['GetItem', 'UpdateItem'],
      projects: [
        'GetItem',
        'BatchGetItem',
        'UpdateItem',
        'Query by_linear_project',
        'Query by_workspace',
        'Query due',
      ],
      features: ['BatchGetItem', 'UpdateItem', 'Query by_project'],
      leases: ['UpdateItem'],
      history: ['UpdateItem'],
    },
    secrets: ['linearApp'],
    tokenKey: ['Encrypt', 'Decrypt'],
  },
  Api: {
    tables: {
      workspaces: ['GetItem', 'BatchGetItem', 'UpdateItem'],
      memberships: ['GetItem', 'UpdateItem', 'DeleteItem', 'Query', 'Query by_workspace'],
      projects: ['GetItem', 'BatchGetItem', 'UpdateItem', 'Query by_workspace', 'Query by_linear_project'],
      features: ['GetItem', 'BatchGetItem', 'UpdateItem', 'Query by_project', 'Query claimable'],
      linear_issues: ['GetItem', 'BatchGetItem', 'UpdateItem', 'Query by_identifier'],
      leases: ['UpdateItem'],
      history: ['GetItem', 'UpdateItem', 'Query'],
      confluence_sites: ['GetItem', 'UpdateItem', 'DeleteItem'],
      planning_sessions: ['GetItem', 'BatchGetItem', 'UpdateItem', 'Query by_workspace'],
      planning_items: [
        'GetItem',
        'BatchGetItem',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'Query',
        'Query by_place',
      ],
      planning_texts: ['GetItem', 'BatchGetItem', 'UpdateItem'],
    },
    secrets: ['linearApp', 'commentKey'],
    tokenKey: ['Encrypt', 'Decrypt'],
    invokes: ['Sync', 'PollerWork', 'Planning'],
  },
  Planning: {
    tables: {
      workspaces: ['GetItem'],
      confluence_sites: ['GetItem', 'UpdateItem'],
      planning_sessions: ['GetItem', 'UpdateItem'],
      planning_items: ['BatchGetItem', 'PutItem', 'DeleteItem', 'Query'],
      planning_texts: ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'],
      leases: ['UpdateItem'],
      history: ['UpdateItem'],
    },
    tokenKey: ['Decrypt'],
  },
  PlanningTick: {
    tables: { planning_sessions: ['Query due'] },
    invokes: ['Planning'],
  },
  PollerTick: { ...poller, invokes: ['Sync', 'PollerWork'] },
  PollerWork: poller,
};

export const functionNames = Object.keys(permissions) as FunctionName[];

/** The variables that name a function's tables. */
export const tableVariables = <F extends FunctionName>(name: F, { tables }: DataStack) =>
  Object.fromEntries(
    (Object.keys(permissions[name].tables) as TablesOf<F>[]).map((table) => [
      tableVariable(table),
      tables[table].tableName,
    ]),
  ) as Record<TableVariable<TablesOf<F>>, string>;

/** The IAM statements for grants on one table. CloudFormation refuses a statement without actions, so none is empty. */
export const tableStatements = (grants: readonly string[], tableArn: string) => {
  const onTable = grants.filter((grant) => !grant.includes(' '));
  const queried = grants.flatMap((grant) => grant.split(' ')[1] ?? []);
  return [
    { actions: onTable.map((action) => `dynamodb:${action}`), resources: [tableArn] },
    { actions: ['dynamodb:Query'], resources: queried.map((index) => `${tableArn}/index/${index}`) },
  ].filter(({ actions, resources }) => actions.length > 0 && resources.length > 0);
};

export const grantPermissions = (
  functions: Record<FunctionName, ServiceFunction>,
  { data, bus }: { data: DataStack; bus: EventBus },
) => {
  for (const [name, granted] of Object.entries(permissions)) {
    const { tables, secrets = [], tokenKey = [], invokes = [], announces = false } = granted;
    const allow = (actions: string[], resources: string[]) =>
      functions[name as FunctionName].addToRolePolicy(new PolicyStatement({ actions, resources }));

    for (const [table, grants] of Object.entries(tables)) {
      const { tableArn } = data.tables[table as TableName];
      for (const { actions, resources } of tableStatements(grants, tableArn)) allow(actions, resources);
    }
    for (const secret of secrets) allow(['secretsmanager:GetSecretValue'], [data.secrets[secret].secretArn]);
    if (tokenKey.length > 0) {
      allow(
        tokenKey.map((action) => `kms:${action}`),
        [data.tokenKey.keyArn],
      );
    }
    for (const invoked of invokes) allow(['lambda:InvokeFunction'], [functions[invoked].functionArn]);
    if (announces) allow(['events:PutEvents'], [bus.eventBusArn]);
  }
};
