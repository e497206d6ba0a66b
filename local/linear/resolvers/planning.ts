import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../graphql/context.ts';
import { invalidArgument, refused } from '../graphql/errors.ts';
import type { Cycle, ProjectMilestone } from '../store/model.ts';
import { checkInput, descriptionOf, newId, pick, requireName, requireUntrashed } from './input.ts';
import { requireCycles } from './issues/issue-links.ts';
import { findProject } from './projects.ts';
import { Transaction } from './transaction.ts';

const isoOf = (value: unknown): string => new Date(String(value)).toISOString();

const requireOrder = ({ startsAt, endsAt }: { startsAt: string; endsAt: string }): void => {
  if (startsAt >= endsAt) throw invalidArgument('endsAt', 'endsAt must be after startsAt');
};

const CYCLE_UPDATES = ['name', 'description', 'startsAt', 'endsAt', 'completedAt'] as const;
/** Refuses a name that another milestone of the project has, if the switch says so. */
const milestoneName = (
  context: Context,
  projectId: string,
  given: string | null | undefined,
  own?: string,
) => {
  const name = requireName(context, given);
  const others = [...context.view.collection('ProjectMilestone').by('projectId', projectId)];
  const isTaken = others.some((one) => one.id !== own && one.name.toLowerCase() === name.toLowerCase());
  if (isTaken && context.switches.values.milestoneNames === 'unique')
    throw refused('Duplicate milestone name');
  return name;
};

const MILESTONE_UPDATES = ['name', 'description', 'targetDate', 'sortOrder'] as const;

/** Cycles and project milestones. */
export const planningMutations = {
  cycleCreate: ({ input }: LinearDocument.MutationCycleCreateArgs, context: Context) => {
    checkInput(input, [...CYCLE_UPDATES, 'id', 'teamId']);
    const transaction = new Transaction(context);
    const team = transaction.require('Team', input.teamId);
    requireCycles(team);
    const times = { startsAt: isoOf(input.startsAt), endsAt: isoOf(input.endsAt) };
    requireOrder(times);
    const cycle = transaction.insert('Cycle', {
      id: newId(context, input.id),
      teamId: team.id,
      number: context.view.rowsBy('Cycle', 'teamId', team.id).length + 1,
      name: input.name ?? null,
      description: input.description ?? null,
      ...times,
      completedAt: input.completedAt ? isoOf(input.completedAt) : null,
    });
    return { ...transaction.commit(), cycle };
  },
  cycleUpdate: ({ id, input }: LinearDocument.MutationCycleUpdateArgs, context: Context) => {
    checkInput(input, CYCLE_UPDATES);
    const transaction = new Transaction(context);
    const before = transaction.require('Cycle', id);
    const patch = pick(input, ['name', 'description']) as Partial<Cycle>;
    for (const key of ['startsAt', 'endsAt', 'completedAt'] as const)
      if (input[key]) patch[key] = isoOf(input[key]);
    requireOrder({ ...before, ...patch });
    const cycle = transaction.update('Cycle', before, patch);
    return { ...transaction.commit(), cycle };
  },
  cycleArchive: ({ id }: LinearDocument.MutationCycleArchiveArgs, context: Context) => {
    const transaction = new Transaction(context);
    const cycle = transaction.require('Cycle', id);
    for (const issue of context.view.rowsBy('Issue', 'cycleId', id)) {
      transaction.update('Issue', issue, { cycleId: null });
    }
    const entity = transaction.update('Cycle', cycle, { archivedAt: transaction.now });
    return { ...transaction.commit(), entity };
  },
  projectMilestoneCreate: (
    { input }: LinearDocument.MutationProjectMilestoneCreateArgs,
    context: Context,
  ) => {
    checkInput(input, [...MILESTONE_UPDATES, 'id', 'projectId']);
    const transaction = new Transaction(context);
    const projectId = findProject(context, input.projectId)?.id ?? input.projectId;
    const project = transaction.require('Project', projectId);
    requireUntrashed(transaction, 'Project', project);
    const projectMilestone = transaction.insert('ProjectMilestone', {
      id: newId(context, input.id),
      projectId: project.id,
      name: milestoneName(context, project.id, input.name),
      description: descriptionOf(context, input.description),
      targetDate: (input.targetDate as string | undefined) ?? null,
      sortOrder: input.sortOrder ?? 0,
    });
    return { ...transaction.commit(), projectMilestone };
  },
  projectMilestoneUpdate: (
    { id, input }: LinearDocument.MutationProjectMilestoneUpdateArgs,
    context: Context,
  ) => {
    checkInput(input, MILESTONE_UPDATES);
    const transaction = new Transaction(context);
    const before = transaction.require('ProjectMilestone', id);
    const patch = pick(input, MILESTONE_UPDATES) as Partial<ProjectMilestone>;
    if (input.name !== undefined) patch.name = milestoneName(context, before.projectId, input.name, id);
    if (input.description !== undefined) patch.description = descriptionOf(context, input.description);
    const projectMilestone = transaction.update('ProjectMilestone', before, patch);
    return { ...transaction.commit(), projectMilestone };
  },
  projectMilestoneDelete: ({ id }: LinearDocument.MutationProjectMilestoneDeleteArgs, context: Context) => {
    const transaction = new Transaction(context);
    const milestone = transaction.require('ProjectMilestone', id);
    for (const issue of [...context.view.collection('Issue').by('projectMilestoneId', id)]) {
      transaction.update('Issue', issue, { projectMilestoneId: null });
    }
    transaction.remove('ProjectMilestone', milestone);
    return { ...transaction.commit(), entityId: id };
  },
};
