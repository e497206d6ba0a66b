import { afterAll, beforeAll, expect, test } from 'vitest';
import { plannedEntityId } from '../../../shared/domain/ids.ts';
import { changeSetOf } from '../../../shared/domain/planning/change-set/change-set.ts';
import type { PlanInput } from '../../../shared/domain/planning/change-set/input.ts';
import type { LinearState } from '../../../shared/domain/planning/change-set/linear-state.ts';
import type { PlannedOperation } from '../../../shared/domain/planning/change-set/operation.ts';
import { undoOf } from '../../../shared/domain/planning/change-set/undo.ts';
import type { PlanMutation } from '../../../shared/linear/api/planning/mutations.ts';
import { random } from '../../../testing/random.ts';
import {
  linkPrefix,
  type PlanningWorld,
  startPlanningLinear,
} from '../../support/in-process/planning-linear.ts';
import { type Held, make } from '../../support/planning/change-set/linear-model.ts';
import { randomPlan } from '../../support/planning/change-set/random-plan.ts';

const PLANS = Number(process.env.PLANS ?? 2);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

let linear: Awaited<ReturnType<typeof startPlanningLinear>>;
beforeAll(async () => {
  linear = await startPlanningLinear();
});
afterAll(() => linear?.stop());

const mutationOf = ({ action, entity, entityId: id, send: input }: PlannedOperation): PlanMutation[] => {
  switch (`${action} ${entity}`) {
    case 'create label':
      return [{ kind: 'labelCreate', input }];
    case 'delete label':
      return [{ kind: 'labelDelete', id }];
    case 'create milestone':
      return [{ kind: 'milestoneCreate', input }];
    case 'update milestone':
      return [{ kind: 'milestoneUpdate', id, input }];
    case 'delete milestone':
      return [{ kind: 'milestoneDelete', id }];
    case 'create issue':
      return [{ kind: 'issuesCreate', inputs: [input] }];
    case 'update issue':
      return [{ kind: 'issueUpdate', id, input }];
    case 'delete issue':
      return [{ kind: 'issueTrash', id }];
    case 'create relation':
      return [{ kind: 'relationCreate', input }];
    case 'delete relation':
      return [{ kind: 'relationDelete', id }];
    case 'create attachment':
      return [{ kind: 'attachmentCreate', input }];
    case 'delete attachment':
      return [{ kind: 'attachmentDelete', id }];
    default:
      return [];
  }
};

const read = async ({ api, projectId, team }: PlanningWorld): Promise<LinearState> => {
  const { head, issues, unreadable, next } = await api.planProject({
    projectId,
    teamId: team.id,
    linkPrefix,
    after: undefined,
  });
  expect([unreadable, next]).toEqual([[], undefined]);
  if (!head?.project || !head.team) throw new Error('Linear shows no project.');
  const { appUserId, project, labels, milestones } = head;
  return { appUserId, project, team: head.team, labels: labels.items, milestones: milestones.items, issues };
};

/** Sends operations as they are, 25 a request. Everything has to be accepted. */
const send = async ({ api }: PlanningWorld, operations: readonly PlannedOperation[]) => {
  const mutations = operations.flatMap(mutationOf);
  for (let at = 0; at < mutations.length; at += 25) {
    const { end } = await api.planMutate(mutations.slice(at, at + 25), { linkPrefix });
    expect(end).toEqual({ is: 'done' });
  }
};

const visible = ({ issues, ...state }: LinearState) => ({
  ...state,
  issues: issues.filter(({ gone }) => gone === null),
});

test.each(Array.from({ length: PLANS }, (_, plan) => SEED + plan))(
  'plan %i stands in the local Linear as it was shown, once, and can be taken back',
  { timeout: 120_000 },
  async (seed) => {
    const world = await linear.world();
    await world.label({ name: 'PI', isGroup: true });
    await world.issue({ projectId: world.projectId });
    const items = new Map(randomPlan(random(seed), 80).map((item) => [item.id, item]));
    const idOf: PlanInput['idOf'] = (entity, parts) => plannedEntityId(world.projectId, entity, parts);
    const inputOf = (state: LinearState, removedLabels = 0): PlanInput => ({
      sessionId: 'session',
      removedLabels,
      items: [...items.values()],
      settings: { epicAs: 'milestone' },
      state,
      boundTo: new Map([...items.values()].flatMap(({ id, bound }) => (bound ? [[bound.entityId, id]] : []))),
      linkOf: (itemId) => `${linkPrefix}item-${itemId}`,
      idOf,
    });
    const made = async (operations: readonly PlannedOperation[]) => {
      await send(world, operations);
      const { issues, milestones } = await read(world);
      const held: Held = {
        send: () => {},
        issues: new Map(issues.map((issue) => [issue.id, issue])),
        milestones: new Map(milestones.map((milestone) => [milestone.id, milestone])),
      };
      return operations.map((operation) => make(held, items, operation));
    };

    const before = await read(world);
    const done = await made(changeSetOf(inputOf(before)).operations);
    const applied = await read(world);
    expect(changeSetOf(inputOf(applied)).operations).toEqual([]);
    const used = { touched: new Set<string>(), shared: new Set<string>() };
    await made(undoOf({ done, state: applied, used, idOf }).operations);
    expect(visible(await read(world))).toEqual(visible(before));
  },
);
