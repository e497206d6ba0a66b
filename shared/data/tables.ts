/**
 * What an index contains beside its keys. Lists read keys from the index and rows from the table, so `KEYS_ONLY` is
 * the rule.
 */
type IndexSpec = { pk: string; sk?: string; include?: readonly string[] };

export type TableSpec = {
  /** The version of its rows' schema. It is raised together with a migration of the stored rows (docs/data.md). */
  version: number;
  pk: string;
  sk?: string;
  /**
   * The attribute with the time, in epoch seconds, when the row expires. DynamoDB deletes it up to days later, so a
   * store that must not answer expired rows checks the time too.
   */
  ttl?: string;
  indexes?: Readonly<Record<string, IndexSpec>>;
};

// Each table is an export of its own, so that a bundle contains only those that it uses. All keys are strings. A row is
// in an index only while it has both of its keys.

export const workspaces = {
  version: 1,
  pk: 'id',
  indexes: {
    by_linear_org: { pk: 'linearOrganizationId' },
    due: { pk: 'dueIn', sk: 'dueAt' },
  },
} as const satisfies TableSpec;

export const memberships = {
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
} as const satisfies TableSpec;

export const projects = {
  version: 1,
  pk: 'id',
  indexes: {
    by_linear_project: { pk: 'linearProjectId' },
    by_workspace: { pk: 'workspaceId', sk: 'name' },
    due: { pk: 'dueIn', sk: 'dueAt', include: ['workspaceId'] },
  },
} as const satisfies TableSpec;

export const features = {
  version: 1,
  pk: 'id',
  indexes: {
    by_project: { pk: 'projectId', sk: 'listKey' },
    claimable: { pk: 'claimIn', sk: 'claimAt' },
    due: { pk: 'dueIn', sk: 'dueAt', include: ['workspaceId'] },
    blocked: { pk: 'blockedIn', sk: 'blockedBy' },
  },
} as const satisfies TableSpec;

export const linear_issues = {
  version: 1,
  pk: 'id',
  indexes: {
    by_identifier: { pk: 'workspaceId', sk: 'identifier' },
    due: { pk: 'dueIn', sk: 'dueAt' },
  },
} as const satisfies TableSpec;

export const dependencies = {
  version: 1,
  pk: 'workspaceId',
  sk: 'id',
  ttl: 'expiresAtSeconds',
} as const satisfies TableSpec;

export const confluence_sites = { version: 1, pk: 'workspaceId' } as const satisfies TableSpec;

export const planning_sessions = {
  version: 1,
  pk: 'id',
  indexes: {
    by_workspace: { pk: 'workspaceId', sk: 'listKey' },
    due: { pk: 'dueIn', sk: 'dueAt', include: ['workspaceId'] },
  },
} as const satisfies TableSpec;

export const planning_items = {
  version: 1,
  pk: 'sessionId',
  sk: 'id',
  indexes: {
    by_place: { pk: 'sessionId', sk: 'place', include: ['level', 'enabler', 'state'] },
  },
} as const satisfies TableSpec;

export const planning_texts = {
  version: 1,
  pk: 'sessionId',
  sk: 'id',
  ttl: 'expiresAtSeconds',
} as const satisfies TableSpec;

export const oauth_states = { version: 1, pk: 'id', ttl: 'expiresAtSeconds' } as const satisfies TableSpec;

export const leases = { version: 1, pk: 'id', ttl: 'expiresAtSeconds' } as const satisfies TableSpec;

export const history = {
  version: 1,
  pk: 'workspaceId',
  sk: 'id',
  ttl: 'expiresAtSeconds',
} as const satisfies TableSpec;

/** Every table, for what creates them. A store imports its own. */
export const tables = {
  workspaces,
  memberships,
  projects,
  features,
  linear_issues,
  dependencies,
  confluence_sites,
  planning_sessions,
  planning_items,
  planning_texts,
  oauth_states,
  leases,
  history,
};

export type TableName = keyof typeof tables;

/** The variable with a table's name, in the environment of each function that uses it. */
export type TableVariable<T extends TableName> = `${Uppercase<T>}_TABLE`;
export const tableVariable = <T extends TableName>(table: T) =>
  `${table.toUpperCase()}_TABLE` as TableVariable<T>;
