import { describe, expect, it } from 'vitest';
import { type ChangeSet, changeSetOf } from '../../../../shared/domain/planning/change-set/change-set.ts';
import { changeSetMarkdown } from '../../../../shared/domain/planning/change-set/change-set-markdown.ts';
import { changeSetHash } from '../../../../shared/domain/planning/change-set/hash.ts';
import type { PlannedItem } from '../../../../shared/domain/planning/change-set/input.ts';
import { linearModel, make } from '../../../support/planning/change-set/linear-model.ts';

const item = (id: string, more: Partial<PlannedItem>): PlannedItem => ({
  id,
  level: 'story',
  title: id,
  place: id,
  fields: {},
  state: 'present',
  isIgnored: false,
  isUndone: false,
  generation: 0,
  ...more,
});

const PLAN = [
  item('1', { level: 'epic', title: 'Recover failed renewals', fields: { target: '2026-09-30' } }),
  item('2', {
    level: 'feature',
    parentId: '1',
    title: 'Retry schedule',
    fields: { benefit: 'Fewer lost customers.', priority: 2, pi: 'PI 3', estimate: 13 },
  }),
  item('3', {
    parentId: '2',
    title: 'Configure *retry* days',
    fields: {
      description: 'As a manager, I set the days.',
      acceptance: [{ text: 'Checked', done: null }],
      estimate: 4,
    },
  }),
  item('4', { parentId: '2', title: 'Stop on hard decline', fields: { dependsOn: ['item:3'] } }),
];

const inputOf = (items: readonly PlannedItem[], state = linearModel().state()) => ({
  sessionId: 'session',
  items,
  settings: { epicAs: 'milestone' as const },
  removedLabels: 0,
  state,
  boundTo: new Map(items.flatMap(({ id, bound }) => (bound ? [[bound.entityId, id] as const] : []))),
  linkOf: (id: string) => `https://acme.atlassian.net/wiki/#item-${id}`,
  idOf: (entity: string, parts: readonly (string | number)[]) => [entity, ...parts].join('-'),
});

const shown = (changeSet: ChangeSet, items = PLAN) =>
  changeSetMarkdown(changeSet, {
    plan: 'PI 3',
    project: 'Billing',
    team: 'Engineering',
    pageVersion: 7,
    items: items.map(({ id, title, level }) => ({ id, title, kind: level })),
    nameOf: (id) => items.find((one) => one.id === id || id.endsWith(`session-${one.id}-0`))?.title,
  });

describe('a change set for people', () => {
  it('says all that is sent for each item, and what has to be acknowledged', () => {
    expect(shown(changeSetOf(inputOf(PLAN)))).toMatchInlineSnapshot(`
      "# What changes in Linear

      PI 3, version 7 of the page → project Billing, team Engineering

      - create label: 4
      - create milestone: 1
      - create issue: 3
      - create attachment: 3
      - create relation: 1

      **To acknowledge:** \`estimate_off_scale\`

      ## Labels

      - create label safe:feature
      - create label PI
      - create label safe:story
      - create label PI 3

      ## Items

      ### Recover failed renewals · epic

      - create the milestone
        - target: 2026-09-30

      ### Retry schedule · feature

      - create the issue
        - description:
          > ## Benefit hypothesis
          >
          > Fewer lost customers.
        - priority: 2
        - milestone: Recover failed renewals
        - estimate: 13
        - labels: PI/PI 3, safe:feature
      - create the link to the page

      ### Configure \\*retry\\* days · story

      - ⚠ \`estimate_off_scale\`: 4, the nearest is 3 or 5
      - create the issue
        - description:
          > As a manager, I set the days.
          >
          > ## Acceptance criteria
          >
          > - [ ] Checked
        - parent: Retry schedule
        - milestone: Recover failed renewals
        - labels: safe:story
      - create the link to the page

      ### Stop on hard decline · story

      - create the issue
        - parent: Retry schedule
        - milestone: Recover failed renewals
        - labels: safe:story
      - create the link to the page
      - blocked by Configure \\*retry\\* days"
    `);
  });

  it('shows a change with what it replaces', () => {
    const model = linearModel();
    const items = new Map(PLAN.map((one) => [one.id, one]));
    for (const operation of changeSetOf(inputOf(PLAN)).operations) make(model, items, operation);
    const edited = [...items.values()].map((one) =>
      one.id === '3'
        ? { ...one, title: 'Set retry days', fields: { ...one.fields, description: 'New text.' } }
        : one,
    );
    expect(shown(changeSetOf(inputOf(edited, model.state())), edited)).toMatchInlineSnapshot(`
      "# What changes in Linear

      PI 3, version 7 of the page → project Billing, team Engineering

      - change issue: 2

      **To acknowledge:** \`estimate_off_scale\`

      ## Items

      ### Set retry days · story

      - ⚠ \`estimate_off_scale\`: 4, the nearest is 3 or 5
      - title: Configure \\*retry\\* days → **Set retry days**
      - description, before:
        > As a manager, I set the days.
        >
        > ## Acceptance criteria
        >
        > - [ ] Checked
      - description, after:
        > New text.
        >
        > ## Acceptance criteria
        >
        > - [ ] Checked"
    `);
  });

  it('says so when there is nothing to do', () => {
    expect(shown(changeSetOf(inputOf([])))).toContain('Nothing: Linear stands as the page says.');
  });
});

describe('the hash of a change set', () => {
  const { state } = inputOf(PLAN);
  const with_ = { sessionId: 's', projectId: 'p', teamId: 't', scale: state.team.scale, settingsRevision: 1 };
  const of = (items: readonly PlannedItem[], more = {}) =>
    changeSetHash(changeSetOf(inputOf(items)), { ...with_, ...more });

  it('is the same for the same changes', () => {
    expect(of(PLAN)).toBe(of(structuredClone(PLAN)));
  });

  it.each([
    ['a title', PLAN.map((one) => (one.id === '4' ? { ...one, title: 'Stop' } : one)), {}],
    ['a parent', PLAN.map((one) => (one.id === '4' ? { ...one, parentId: '1' } : one)), {}],
    ['a dependency', PLAN.map((one) => (one.id === '4' ? { ...one, fields: {} } : one)), {}],
    [
      'an error',
      PLAN.map((one) =>
        one.id === '3' ? { ...one, fields: { ...one.fields, dependsOn: ['item:3'] } } : one,
      ),
      {},
    ],
    ['the session', PLAN, { sessionId: 'other' }],
    ['the project', PLAN, { projectId: 'other' }],
    ['the team', PLAN, { teamId: 'other' }],
    ['the scale', PLAN, { scale: { ...state.team.scale, extended: false } }],
    ['the settings', PLAN, { settingsRevision: 2 }],
  ])('is another one with another %s', (_, items, more) => {
    expect(of(items, more)).not.toBe(of(PLAN));
  });
});
