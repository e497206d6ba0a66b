import type { Journal } from '../journal.ts';
import type { World } from '../world.ts';
import { leaks } from './check-logs.ts';
import { mirrorDifferences } from './check-mirror.ts';
import { brokenRows } from './check-rows.ts';
import { doubleClaims, wrongWriteBacks } from './check-work.ts';
import type { Finding, Rows } from './finding.ts';
import { readLinear } from './linear-state.ts';

/** Checks everything that must hold once the service has converged. */
export const check = async (world: World, journal: Journal): Promise<Finding[]> => {
  const { stack } = world;
  const [features, projects, leases, history, workspaces] = await Promise.all(
    (['features', 'projects', 'leases', 'history', 'workspaces'] as const).map((table) => world.rows(table)),
  );
  const rows = { features, projects, leases, history, workspaces } as unknown as Rows;
  const findings: Finding[] = [
    ...brokenRows([...world.workspaces.values()], world.now(), rows),
    ...doubleClaims(journal),
    ...leaks(stack.logs(), stack.outputs),
  ];
  for (const workspace of world.workspaces.values()) {
    const linear = await readLinear(workspace);
    findings.push(
      ...mirrorDifferences(workspace, linear, rows),
      ...wrongWriteBacks(workspace, linear, rows, journal),
    );
  }
  return findings;
};
