import { type Markup, markup } from '../../stand-in/html.ts';
import type { Issue, Project, ProjectMilestone } from '../store/model.ts';
import type { Visit } from './visit.ts';

/** A project's milestones with their progress, in the order of their days. */
export const milestonesOf = (visit: Visit, project: Project): Markup | false => {
  const { view } = visit.context;
  const milestones = view
    .rowsBy('ProjectMilestone', 'projectId', project.id)
    .sort((a, b) => order(a).localeCompare(order(b)));
  if (milestones.length === 0) return false;
  const isCompleted = ({ stateId }: Issue) => view.find('WorkflowState', stateId)?.type === 'completed';
  const row = ({ id, name, description, targetDate }: ProjectMilestone): Markup => {
    const issues = view
      .rowsBy('Issue', 'projectMilestoneId', id)
      .filter(({ archivedAt }) => archivedAt === null);
    const points = issues.reduce((sum, { estimate }) => sum + (estimate ?? 0), 0);
    return markup`<tr><td><b>${name}</b>${description && markup`<br><span class="count">${description}</span>`}</td>
<td>${targetDate ?? ''}</td><td class="num">${issues.filter(isCompleted).length} of ${issues.length}</td><td class="num">${points}</td></tr>`;
  };
  return markup`<h2>Milestones</h2><div class="scroll"><table><thead><tr>${['Name', 'Due', 'Issues done', 'Points'].map((head) => markup`<th scope="col">${head}</th>`)}</tr></thead><tbody>${milestones.map(row)}</tbody></table></div>
<h2>Issues</h2>`;
};

/** Those without a day come last. */
const order = ({ targetDate, createdAt }: ProjectMilestone): string => `${targetDate ?? '9999'} ${createdAt}`;
