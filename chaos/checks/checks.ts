import type { Journal } from '../journal.ts';
import type { World } from '../world.ts';
import { wrongDependencies } from './check-dependencies.ts';
import { leaks } from './check-logs.ts';
import { mirrorDifferences } from './check-mirror.ts';
import { brokenRows } from './check-rows.ts';
import { blockedClaims, doubleClaims, wrongWriteBacks } from './check-work.ts';
import type { Finding, Rows } from './finding.ts';
import { readLinear } from './linear-state.ts';

/** Checks everything that must hold once the service has converged. */
export const check = async (world: World, journal: Journal): Promise<Finding[]> => {
  const { stack } = world;
  const tables = ['features', 'dependencies', 'projects', 'leases', 'history', 'workspaces'] as const;
  const read = await Promise.all(tables.map(async (table) => [table, await world.rows(table)] as const));
  const rows = Object.fromEntries(read) as unknown as Rows;
  const findings: Finding[] = [
    ...brokenRows([...world.workspaces.values()], world.now(), rows),
    ...doubleClaims(journal),
    ...blockedClaims([...world.workspaces.values()], journal),
    ...leaks(stack.logs(), stack.outputs),
  ];
  for (const workspace of world.workspaces.values()) {
    const linear = await readLinear(workspace);
    findings.push(
      ...mirrorDifferences(workspace, linear, rows),
      ...wrongDependencies(workspace, linear, rows),
      ...wrongWriteBacks(workspace, linear, rows, journal),
    );
  }
  return findings;
};
