import type { FeatureRow } from '../../shared/data/features/feature-row.ts';

/** Something that is wrong. `about` is the id of the issue or project in Linear. */
export type Finding = {
  check: Check;
  workspace: number | undefined;
  about: string | undefined;
  text: string;
};

/** The text of a finding without its ids, times and numbers. */
export const kindOf = ({ check, text }: Finding): string =>
  `${check}: ${text
    .replace(/\{.*\}/g, '…')
    .replace(/Chaos \w+ (passing|failing)/g, 'an outcome')
    .replace(/\d{4}-\d\d-\d\dT\S+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…')
    .replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b|\d+/g, '…')}`;

type Check =
  | 'features'
  | 'projects'
  | 'dependencies'
  | 'readiness'
  | 'outcomes'
  | 'states'
  | 'due'
  | 'holders'
  | 'logs';

export type Rows = {
  features: FeatureRow[];
  dependencies: DependencyRow[];
  projects: ProjectRow[];
  leases: Row[];
  history: Row[];
  workspaces: Row[];
};
export type Row = Record<string, unknown> & { id: string };
type DependencyRow = Row & { workspaceId: string; droppedAt?: string };
type ProjectRow = Row & { linearProjectId: string; archivedHere?: boolean; archivedThere: boolean };
