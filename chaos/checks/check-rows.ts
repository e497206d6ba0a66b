import type { Place } from '../workspace.ts';
import type { Finding, Row, Rows } from './finding.ts';

/** The longest legitimate wait: a period, a pause, a second read of an absent issue, or a lease and its grace time. */
const SOON_MS = 20 * 60_000;

/** Rows that are overdue, parked, leased or running although nothing is left to do. */
export const brokenRows = (workspaces: readonly Place[], now: number, rows: Rows): Finding[] => {
  const ours = new Map(workspaces.map(({ workspaceId, index }) => [workspaceId, index]));
  const finding = (row: Row, text: string): Finding => ({
    check: 'due',
    workspace: ours.get(String(row.workspaceId ?? row.id)),
    about: String(row.linearIssueId ?? row.linearProjectId ?? row.id),
    text,
  });
  const dueAt = (row: Row) => Date.parse(String(row.dueAt).split('#')[0] ?? '');
  const findings: Finding[] = [];

  for (const row of [...rows.workspaces, ...rows.projects, ...(rows.features as unknown as Row[])]) {
    if (!ours.has(String(row.workspaceId ?? row.id)) || row.dueIn === undefined) continue;
    if (String(row.dueIn).startsWith('parked#')) findings.push(finding(row, 'stays parked'));
    else if (dueAt(row) > now + SOON_MS) findings.push(finding(row, `is not due until ${row.dueAt}`));
    // A due time that cannot be parsed counts as overdue.
    else if (!(dueAt(row) > now)) findings.push(finding(row, `has been due since ${row.dueAt}`));
  }
  for (const row of rows.workspaces) {
    if (row.connection !== 'connected') findings.push(finding(row, `is ${row.connection}`));
    else if (row.dueIn === undefined) findings.push(finding(row, 'is connected and never due'));
  }
  for (const row of [...rows.workspaces, ...rows.projects])
    if (row.sync !== undefined) findings.push(finding(row, `still has a sync: ${JSON.stringify(row.sync)}`));
  for (const row of rows.leases)
    if (Date.parse(String(row.until)) > now) findings.push(finding(row, `is leased until ${row.until}`));
  for (const row of rows.history)
    if (row.outcome === 'running')
      findings.push(finding(row, `history shows a ${row.kind} that is still running`));
  return findings;
};
