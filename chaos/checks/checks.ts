import type { Journal } from '../journal.ts';
import type { World } from '../world.ts';
import { leaks } from './check-logs.ts';
import { differences } from './check-mirror.ts';
import { brokenRows } from './check-rows.ts';
import { wronglyHanded, wronglyTold } from './check-work.ts';
import type { Finding, Rows } from './finding.ts';
import { readLinear } from './linear-state.ts';

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
