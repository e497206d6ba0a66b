import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { changeSetOf } from '../../../../shared/domain/planning/change-set/change-set.ts';
import type { PlanInput, PlannedItem } from '../../../../shared/domain/planning/change-set/input.ts';
import { undoOf } from '../../../../shared/domain/planning/change-set/undo.ts';
import { random } from '../../../../testing/random.ts';
import { type LinearModel, linearModel, make } from '../../../support/planning/change-set/linear-model.ts';
import { randomPlan } from '../../../support/planning/change-set/random-plan.ts';

const PLANS = Number(process.env.PLANS ?? 60);
const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const idOf: PlanInput['idOf'] = (entity, parts) =>
  createHmac('sha256', 'a secret')
    .update(JSON.stringify([entity, ...parts]))
    .digest('hex')
    .slice(0, 32);

const inputOf = (
  model: LinearModel,
  items: ReadonlyMap<string, PlannedItem>,
  removedLabels = 0,
): PlanInput => ({
  sessionId: 'session',
  removedLabels,
  items: [...items.values()],
  settings: { epicAs: 'milestone' },
  state: model.state(),
  boundTo: new Map([...items.values()].flatMap(({ id, bound }) => (bound ? [[bound.entityId, id]] : []))),
  linkOf: (itemId) => `https://acme.atlassian.net/wiki/pages/viewpage.action?pageId=1#item-${itemId}`,
  idOf,
});

const applied = (model: LinearModel, items: Map<string, PlannedItem>, removedLabels = 0) => {
  const { operations } = changeSetOf(inputOf(model, items, removedLabels));
  return operations.map((operation) => make(model, items, operation));
};

/** Linear without what a change set cannot take back: issues in the trash. */
const visible = (model: LinearModel) => {
  const { issues, ...state } = model.state();
  return { ...state, issues: issues.filter(({ gone }) => gone === null) };
};

describe(`change sets of random plans, seed ${SEED}`, () => {
  it(`bring Linear where the page is, once, and back: ${PLANS} plans`, {
    timeout: 1_000 + 500 * PLANS,
  }, () => {
    for (let plan = 0; plan < PLANS; plan++) {
      const chance = random(SEED + plan);
      const where = `plan ${plan} of seed ${SEED}`;
      const model = linearModel();
      for (let at = 0; at < 3; at++)
        model.createIssue({ id: `human-${at}`, teamId: 'team', projectId: 'project', title: `Human ${at}` });
      const before = visible(model);
      const items = new Map(randomPlan(chance, 80).map((item) => [item.id, item]));

      const done = applied(model, items);
      const wanted = [...items.values()].filter(({ bound }) => bound);
      expect(new Set(wanted.map(({ bound }) => bound?.entityId)).size, where).toBe(wanted.length);
      expect(applied(model, items), `${where}: a second time`).toEqual([]);

      const undo = undoOf({
        done,
        state: model.state(),
        used: { touched: new Set(), shared: new Set() },
        idOf,
      });
      for (const operation of undo.operations) make(model, items, operation);
      expect(visible(model), `${where}: undone`).toEqual(before);

      // What was held back, such as the second of two epics of one name, may go on now. What was undone does not.
      const removed = undo.operations.filter(
        ({ action, entity }) => action === 'delete' && entity === 'label',
      );
      const undone = new Set([...items.values()].filter(({ isUndone }) => isUndone).map(({ id }) => id));
      const rest = applied(model, items, removed.length);
      expect(
        rest.filter(({ itemId }) => undone.has(itemId ?? '')),
        `${where}: after the undo`,
      ).toEqual([]);
      expect(applied(model, items, removed.length), `${where}: after the rest`).toEqual([]);
    }
  });
});
