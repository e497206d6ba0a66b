import type { LinearIssue, LinearState } from './checks/linear-state.ts';

/** A feature as it should be, according to Linear's state. */
export type Expected = {
  issueId: string;
  /** Carries the label in a mirrored project, and is neither archived nor in the trash. */
  qualifies: boolean;
  /** Whether a row must exist. Closed issues and those of archived projects are not imported. */
  isImported: boolean;
  /** Whether it is open in Linear. */
  isOpen: boolean;
  /** What blocks it, whether that is still open or not. */
  blockers: { issueId: string; isOpen: boolean }[];
  name: string;
  description: string;
  priority: number;
  stateId: string;
  /** Their names, sorted. */
  labels: string[];
  linearProjectId: string | undefined;
};

const LABEL = 'omakase';
const ENDS = ['completed', 'canceled', 'duplicate'];

const isOpenIssue = ({ archivedAt, trashed, state }: LinearIssue): boolean =>
  !archivedAt && !trashed && !ENDS.includes(state.type);

/** The features that a workspace should have, from Linear's state and the projects that were archived in our API. */
export const expectedFeatures = (
  { issues, projects, relations }: Pick<LinearState, 'issues' | 'projects' | 'relations'>,
  archivedHere: ReadonlySet<string>,
): Expected[] => {
  const active = new Set(
    projects
      .filter(({ id, archivedAt, trashed }) => !archivedAt && !trashed && !archivedHere.has(id))
      .map(({ id }) => id),
  );
  const blocking = new Set(issues.filter(isOpenIssue).map(({ id }) => id));
  const blockersOf = Map.groupBy(
    relations.filter(({ type, issue, relatedIssue }) => type === 'blocks' && issue.id !== relatedIssue.id),
    ({ relatedIssue }) => relatedIssue.id,
  );
  return issues.map((issue) => {
    const { id, title, description, priority, archivedAt, trashed, state, labels, project } = issue;
    const isLabelled = labels.nodes.some(({ name }) => name.toLowerCase() === LABEL);
    const qualifies = isLabelled && project !== null && !archivedAt && !trashed;
    return {
      issueId: id,
      qualifies,
      isImported: qualifies && active.has(project.id) && !ENDS.includes(state.type),
      isOpen: isOpenIssue(issue),
      blockers: (blockersOf.get(id) ?? []).map(({ issue: { id: issueId } }) => ({
        issueId,
        isOpen: blocking.has(issueId),
      })),
      name: title,
      description: description ?? '',
      // Linear's "no priority" counts as normal.
      priority: priority || 3,
      stateId: state.id,
      labels: labels.nodes.map(({ name }) => name).sort(),
      linearProjectId: project?.id,
    };
  });
};
