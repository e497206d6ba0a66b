/** What an index carries beside its keys. Lists read keys here and rows from the table, so `KEYS_ONLY` is the rule. */
type IndexSpec = { pk: string; sk?: string; include?: readonly string[] };

export type TableSpec = {
  /** Of the schema of its rows: raised with a migration of what is stored (docs/data.md). */
  version: number;
  pk: string;
  sk?: string;
  /** The attribute with the row's end in epoch seconds. DynamoDB deletes late, so reads check it again. */
  ttl?: string;
  indexes?: Readonly<Record<string, IndexSpec>>;
};

/** Every table, key and index. All keys are strings; a row is in an index only while it has both its keys. */
export const tables = {
  workspaces: {
    version: 1,
    pk: 'id',
    indexes: {
      by_linear_org: { pk: 'linearOrganizationId' },
      due: { pk: 'dueIn', sk: 'dueAt' },
    },
  },
  memberships: {
    version: 1,
    pk: 'sub',
    sk: 'workspaceId',
    indexes: {
      by_workspace: {
        pk: 'workspaceId',
        sk: 'sub',
        include: ['role', 'tenancy', 'invitedBy', 'invitedAt'],
      },
    },
  },
  projects: {
    version: 1,
    pk: 'id',
    indexes: {
      by_linear_project: { pk: 'linearProjectId' },
      by_workspace: { pk: 'workspaceId', sk: 'name' },
      due: { pk: 'dueIn', sk: 'dueAt', include: ['workspaceId'] },
    },
  },
  features: {
    version: 1,
    pk: 'id',
    indexes: {
      by_project: { pk: 'projectId', sk: 'listKey' },
      claimable: { pk: 'claimIn', sk: 'claimAt' },
      due: { pk: 'dueIn', sk: 'dueAt', include: ['workspaceId'] },
    },
  },
  oauth_states: { version: 1, pk: 'id', ttl: 'expiresAtSeconds' },
  leases: { version: 1, pk: 'id', ttl: 'expiresAtSeconds' },
  history: { version: 1, pk: 'workspaceId', sk: 'id', ttl: 'expiresAtSeconds' },
} as const satisfies Record<string, TableSpec>;

export type TableName = keyof typeof tables;

/** The variable with a table's name, in the environment of each function that uses it. */
export type TableVariable<T extends TableName> = `${Uppercase<T>}_TABLE`;
export const tableVariable = <T extends TableName>(table: T) =>
  `${table.toUpperCase()}_TABLE` as TableVariable<T>;
