import type { LinearState } from './checks/linear-state.ts';

/** A feature as it should be, according to Linear's state. */
export type Expected = {
  issueId: string;
  /** Carries the label in a mirrored project, and is neither archived nor in the trash. */
  qualifies: boolean;
  /** Whether a row must exist. Closed issues and those of archived projects are not imported. */
  isImported: boolean;
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

/** The features that a workspace should have, from Linear's state and the projects that were archived in our API. */
export const expectedFeatures = (
  { issues, projects }: Pick<LinearState, 'issues' | 'projects'>,
  archivedHere: ReadonlySet<string>,
): Expected[] => {
  const active = new Set(
    projects
      .filter(({ id, archivedAt, trashed }) => !archivedAt && !trashed && !archivedHere.has(id))
      .map(({ id }) => id),
  );
  return issues.map((issue) => {
    const { id, title, description, priority, archivedAt, trashed, state, labels, project } = issue;
    const isLabelled = labels.nodes.some(({ name }) => name.toLowerCase() === LABEL);
    const qualifies = isLabelled && project !== null && !archivedAt && !trashed;
    return {
      issueId: id,
      qualifies,
      isImported: qualifies && active.has(project.id) && !ENDS.includes(state.type),
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
