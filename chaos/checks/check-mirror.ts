import { type Expected, expectedFeatures } from '../model.ts';
import type { Place } from '../workspace.ts';
import type { Finding, Rows } from './finding.ts';
import type { LinearState } from './linear-state.ts';

/** Rows that do not match Linear's state. */
export const mirrorDifferences = (place: Place, linear: LinearState, rows: Rows): Finding[] => [
  ...wrongProjects(place, linear, rows),
  ...wrongFeatures(place, linear, rows),
];

const isSame = (found: object | undefined, wanted: object) =>
  JSON.stringify(found) === JSON.stringify(wanted);

const wrongProjects = ({ index, workspaceId }: Place, linear: LinearState, rows: Rows): Finding[] => {
  const findings: Finding[] = [];
  const wrong = (about: string, text: string) =>
    findings.push({ check: 'projects', workspace: index, about, text });
  const ours = rows.projects.filter((row) => row.workspaceId === workspaceId);
  for (const { id, name, archivedAt, trashed } of linear.projects) {
    const [row, second] = ours.filter(({ linearProjectId }) => linearProjectId === id);
    if (second) wrong(id, 'has more than one row');
    const found = row && { name: row.name, archived: row.archivedThere };
    const wanted = { name, archived: Boolean(archivedAt || trashed) };
    if (!isSame(found, wanted))
      wrong(id, `is ${JSON.stringify(found)} and should be ${JSON.stringify(wanted)}`);
  }
  const there = new Set(linear.projects.map(({ id }) => id));
  for (const { linearProjectId, archivedThere } of ours)
    if (!there.has(linearProjectId) && !archivedThere)
      wrong(linearProjectId, 'exists, though Linear has no such project');
  return findings;
};

/** The features that the workspace should have. */
export const expectedIn = (
  { workspaceId }: Pick<Place, 'workspaceId'>,
  linear: LinearState,
  { projects }: Pick<Rows, 'projects'>,
): Expected[] => {
  const archived = projects.filter((row) => row.workspaceId === workspaceId && row.archivedHere);
  return expectedFeatures(linear, new Set(archived.map(({ linearProjectId }) => linearProjectId)));
};

const wrongFeatures = ({ index, workspaceId }: Place, linear: LinearState, rows: Rows): Finding[] => {
  const findings: Finding[] = [];
  const projects = rows.projects.filter((row) => row.workspaceId === workspaceId);
  const projectIds = new Map(projects.map(({ linearProjectId, id }) => [linearProjectId, id]));
  const ours = rows.features.filter((row) => row.workspaceId === workspaceId);
  const features = new Map(ours.map((row) => [row.linearIssueId, row]));
  const wrong = (about: string, text: string) =>
    findings.push({ check: 'features', workspace: index, about, text });

  for (const expected of expectedIn({ workspaceId }, linear, rows)) {
    const {
      issueId,
      qualifies,
      isImported,
      isOpen: _,
      blockers: __,
      linearProjectId = '',
      ...rest
    } = expected;
    const row = features.get(issueId);
    const exists = row?.issue && !row.withdrawn;
    if (!qualifies) {
      if (exists) wrong(issueId, 'exists, though its issue does not qualify');
      continue;
    }
    if (!exists) {
      if (isImported) wrong(issueId, `is ${row?.withdrawn ?? 'absent'}, though its issue qualifies`);
      else if (row?.issue) wrong(issueId, `is withdrawn (${row.withdrawn}), though its issue qualifies`);
      continue;
    }
    const { issue, projectId } = row;
    const found = {
      name: issue?.name,
      description: issue?.description,
      priority: issue?.priority,
      stateId: issue?.state.id,
      labels: issue?.labels.map(({ name }) => name).sort(),
      projectId,
    };
    const wanted = { ...rest, projectId: projectIds.get(linearProjectId) };
    if (!isSame(found, wanted))
      wrong(issueId, `is ${JSON.stringify(found)} and should be ${JSON.stringify(wanted)}`);
  }

  const there = new Set(linear.issues.map(({ id }) => id));
  for (const { id, linearIssueId, issue, withdrawn } of ours) {
    if (features.get(linearIssueId)?.id !== id) wrong(linearIssueId, 'has more than one row');
    if (!there.has(linearIssueId) && issue && !withdrawn)
      wrong(linearIssueId, 'exists, though Linear has no such issue');
  }
  return findings;
};
