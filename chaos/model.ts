import type { LinearState } from './checks/linear-state.ts';

/** A feature as Linear's state has it. */
export type Expected = {
  issueId: string;
  /** Carries the label in a mirrored project, and is neither archived nor in the trash. */
  qualifies: boolean;
  /** Whether a row must stand: what is closed, or lies in an archived project, is not imported. */
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

/** What the features of a workspace have to be: a function of what Linear shows, and of the projects archived here. */
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
      // Linear's "none" goes with the normal.
      priority: priority || 3,
      stateId: state.id,
      labels: labels.nodes.map(({ name }) => name).sort(),
      linearProjectId: project?.id,
    };
  });
};
