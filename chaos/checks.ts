import type { FeatureRow } from '../shared/data/feature-row.ts';
import { leaks } from './check-logs.ts';
import { differences } from './check-mirror.ts';
import { brokenRows } from './check-rows.ts';
import { wronglyHanded, wronglyTold } from './check-work.ts';
import type { Journal } from './journal.ts';
import { readLinear } from './linear-state.ts';
import type { World } from './world.ts';

/** Something that is not as it has to be, and the issue or project of Linear's it is about. */
export type Finding = {
  check: Check;
  workspace: number | undefined;
  about: string | undefined;
  text: string;
};

/** What a finding says, without what is different each time. */
export const kindOf = ({ check, text }: Finding): string =>
  `${check}: ${text
    .replace(/\{.*\}/g, '…')
    .replace(/Chaos \w+ (passing|failing)/g, 'an outcome')
    .replace(/\d{4}-\d\d-\d\dT\S+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…')
    .replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b|\d+/g, '…')}`;

type Check = 'features' | 'projects' | 'outcomes' | 'states' | 'due' | 'holders' | 'logs';

export type Rows = {
  features: FeatureRow[];
  projects: ProjectRow[];
  leases: Row[];
  history: Row[];
  workspaces: Row[];
};
export type Row = Record<string, unknown> & { id: string };
type ProjectRow = Row & { linearProjectId: string; archivedHere?: boolean; archivedThere: boolean };

/** Everything that has to hold when the faults are over. */
export const check = async (world: World, journal: Journal): Promise<Finding[]> => {
  const { stack } = world;
  const [features, projects, leases, history, workspaces] = await Promise.all(
    (['features', 'projects', 'leases', 'history', 'workspaces'] as const).map((table) => world.rows(table)),
  );
  const rows = { features, projects, leases, history, workspaces } as unknown as Rows;
  const findings: Finding[] = [
    ...brokenRows([...world.workspaces.values()], world.now(), rows),
    ...wronglyHanded(journal),
    ...leaks(stack.logs(), stack.handles),
  ];
  for (const workspace of world.workspaces.values()) {
    const linear = await readLinear(workspace);
    findings.push(...differences(workspace, linear, rows), ...wronglyTold(workspace, linear, rows, journal));
  }
  return findings;
};
