import type { LinearDocument } from '@linear/sdk';
import type { Context } from '../graphql/context.ts';
import { forbidden, invalidArgument, refused } from '../graphql/errors.ts';
import { teamRows } from '../seed/seeder.ts';
import type { Team, WorkflowState } from '../store/model.ts';
import { estimationTypes, isEstimationType } from './estimates.ts';
import { checkInput, newId, pick, requireText } from './input.ts';
import { Transaction } from './transaction.ts';

const requireAdmin = ({ user }: Context): void => {
  if (!user.admin) throw forbidden('Only workspace admins can do this');
};

const requireKey = ({ view }: Context, key: string, ownId?: string): string => {
  if (!/^[A-Za-z0-9]{1,7}$/.test(key)) throw invalidArgument('key', 'key must be 1 to 7 letters or digits');
  const wanted = key.toUpperCase();
  const isTaken = [...view.collection('Team').values()].some(
    (team) => team.id !== ownId && team.key === wanted,
  );
  if (isTaken) throw refused('Team key is already in use');
  return wanted;
};

const PLANNING_INPUTS = [
  'issueEstimationType',
  'issueEstimationAllowZero',
  'issueEstimationExtended',
  'cyclesEnabled',
] as const;

/** How a team estimates, and whether it has cycles. Issues keep the estimates they have when the scale changes. */
const planningOf = (
  input: LinearDocument.TeamUpdateInput | LinearDocument.TeamCreateInput,
): Partial<Team> => {
  const type = input.issueEstimationType;
  if (type && !isEstimationType(type))
    throw invalidArgument('issueEstimationType', `issueEstimationType must be one of ${estimationTypes}`);
  return pick(input, PLANNING_INPUTS) as Partial<Team>;
};

const keyOf = (name: string): string => name.replace(/[^A-Za-z0-9]/g, '').slice(0, 3) || 'T';

const STATE_TYPES = ['triage', 'backlog', 'unstarted', 'started', 'completed', 'canceled', 'duplicate'];
const STATE_UPDATES = ['name', 'color', 'position'] as const;

export const teamMutations = {
  teamCreate: ({ input }: LinearDocument.MutationTeamCreateArgs, context: Context) => {
    checkInput(input, ['id', 'name', 'key', 'private', 'triageEnabled', ...PLANNING_INPUTS]);
    requireAdmin(context);
    const transaction = new Transaction(context);
    const name = requireText('name', input.name);
    const { team: planned, states } = teamRows(newId(context, input.id), {
      name,
      key: requireKey(context, input.key ?? keyOf(name)),
      private: input.private ?? false,
      memberIds: [context.user.id],
      ...planningOf(input),
    });
    const team = transaction.insert('Team', planned);
    for (const state of states) transaction.insert('WorkflowState', state);
    return { ...transaction.commit(), team };
  },
  teamUpdate: ({ id, input }: LinearDocument.MutationTeamUpdateArgs, context: Context) => {
    checkInput(input, ['name', 'key', 'private', 'triageEnabled', 'defaultIssueStateId', ...PLANNING_INPUTS]);
    requireAdmin(context);
    const transaction = new Transaction(context);
    const before = transaction.require('Team', id);
    const patch = {
      ...pick(input, ['private', 'triageEnabled', 'defaultIssueStateId']),
      ...planningOf(input),
    } as Partial<Team>;
    if (input.name !== undefined) patch.name = requireText('name', input.name);
    if (input.key) patch.key = requireKey(context, input.key, id);
    if (input.defaultIssueStateId) {
      const state = transaction.require('WorkflowState', input.defaultIssueStateId);
      if (state.teamId !== id) throw refused('Discrepancy between team and workflow state');
    }
    if (patch.key && patch.key !== before.key) rememberIdentifiers(transaction, before);
    const team = transaction.update('Team', before, patch);
    return { ...transaction.commit(), team };
  },
  workflowStateCreate: ({ input }: LinearDocument.MutationWorkflowStateCreateArgs, context: Context) => {
    checkInput(input, ['id', 'teamId', 'name', 'color', 'type', 'position']);
    requireAdmin(context);
    if (!STATE_TYPES.includes(input.type))
      throw invalidArgument('type', `type must be one of ${STATE_TYPES}`);
    const transaction = new Transaction(context);
    const team = transaction.require('Team', input.teamId);
    const others = context.view.rowsBy('WorkflowState', 'teamId', team.id);
    const workflowState = transaction.insert('WorkflowState', {
      id: newId(context, input.id),
      teamId: team.id,
      name: requireText('name', input.name),
      type: input.type as WorkflowState['type'],
      color: input.color,
      position: input.position ?? Math.max(...others.map(({ position }) => position)) + 1,
    });
    return { ...transaction.commit(), workflowState };
  },
  workflowStateUpdate: ({ id, input }: LinearDocument.MutationWorkflowStateUpdateArgs, context: Context) => {
    checkInput(input, STATE_UPDATES);
    requireAdmin(context);
    const transaction = new Transaction(context);
    const before = transaction.require('WorkflowState', id);
    if (input.name !== undefined) requireText('name', input.name);
    const patch = pick(input, STATE_UPDATES) as Partial<WorkflowState>;
    const workflowState = transaction.update('WorkflowState', before, patch);
    return { ...transaction.commit(), workflowState };
  },
  workflowStateArchive: ({ id }: LinearDocument.MutationWorkflowStateArchiveArgs, context: Context) => {
    requireAdmin(context);
    const transaction = new Transaction(context);
    const state = transaction.require('WorkflowState', id);
    if (context.view.rowsBy('Issue', 'stateId', id).length > 0)
      throw refused('A state that issues are in cannot be archived');
    const entity = transaction.update('WorkflowState', state, { archivedAt: transaction.now });
    return { ...transaction.commit(), entity };
  },
};

/** Issues can still be found by their former identifiers after the team's key has changed. */
const rememberIdentifiers = (transaction: Transaction, team: Team): void => {
  for (const issue of transaction.context.view.rowsBy('Issue', 'teamId', team.id)) {
    const former = `${team.key}-${issue.number}`;
    const previousIdentifiers = [...new Set([...issue.previousIdentifiers, former])];
    transaction.adjust('Issue', { ...issue, previousIdentifiers });
  }
};
