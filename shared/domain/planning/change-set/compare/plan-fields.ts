import { fold } from '../../text.ts';
import type { PlanInput, PlannedItem } from '../input.ts';
import type { LinearIssue, LinearMilestone } from '../linear-state.ts';
import type { ChangeWarning, Field, Json } from '../operation.ts';
import { descriptionOf } from '../wanted/description.ts';
import { nearestPoints, pointsOf } from '../wanted/estimate.ts';
import { labelsOf, labelText } from '../wanted/labels.ts';
import type { PlanTree } from '../wanted/tree.ts';
import type { FieldValue } from './field.ts';
import type { Labels } from './labels.ts';
import { ancestorAs, type Place, type Places } from './places.ts';

export type Context = {
  input: PlanInput;
  tree: PlanTree;
  places: Places;
  labels: Labels;
  warn: (warning: ChangeWarning) => void;
};

/** A field that both sides have in the same form. */
const plain = <V extends Json>(
  field: Field,
  values: { page: V; linear: V | undefined; blank: V },
  name: string,
): FieldValue => ({
  field,
  page: values.page,
  wanted: values.page,
  linear: values.linear ?? values.blank,
  blank: values.blank,
  send: { [name]: values.page },
});

/** A field that names something else: the page an item or a word, Linear an id. */
const reference = (
  field: Field,
  values: { page: string | null; wanted: string | null; linear: string | null | undefined },
  name: string,
): FieldValue => ({
  field,
  ...values,
  linear: values.linear ?? null,
  blank: null,
  send: { [name]: values.wanted },
});

/** What a milestone of an epic has. */
export const milestoneFields = (item: PlannedItem, linear: LinearMilestone | undefined): FieldValue[] => [
  plain('title', { page: item.title, linear: linear?.name, blank: '' }, 'name'),
  plain(
    'description',
    { page: descriptionOf(item.fields), linear: linear?.description, blank: '' },
    'description',
  ),
  plain(
    'target',
    { page: item.fields.target ?? null, linear: linear?.targetDate, blank: null },
    'targetDate',
  ),
];

/** The points of an item. Those that its team cannot have are not set. */
const estimateField = (
  { input, warn }: Context,
  { id, fields }: PlannedItem,
  linear: LinearIssue | undefined,
): FieldValue[] => {
  const { estimate = null } = fields;
  const points = pointsOf(input.state.team.scale);
  if (estimate === null || points.includes(estimate))
    return [
      {
        ...plain('estimate', { page: estimate, linear: linear?.estimate, blank: null }, 'estimate'),
        once: true,
      },
    ];
  const nearest = nearestPoints(points, estimate).join(' or ');
  warn(
    points.length === 0
      ? { code: 'estimates_off', level: 'warning', itemId: id, detail: `${estimate}` }
      : {
          code: 'estimate_off_scale',
          level: 'error',
          itemId: id,
          detail: `${estimate}, the nearest is ${nearest}`,
        },
  );
  return [];
};

/** The cycle of the team that is named as the item's iteration, if there is one. */
const cycleField = (
  { input }: Context,
  { fields }: PlannedItem,
  linear: LinearIssue | undefined,
): FieldValue[] => {
  const { iteration = null } = fields;
  const [cycle, ...others] = input.state.team.cycles.filter(
    ({ name }) => name !== null && iteration !== null && fold(name) === fold(iteration),
  );
  if (iteration !== null && (!cycle || others.length > 0)) return [];
  const values = { page: iteration, wanted: cycle?.id ?? null, linear: linear?.cycleId };
  return [{ ...reference('cycle', values, 'cycleId'), once: true }];
};

/** The labels of ours: only these are added and taken off. `ours`: the ids of those that the issue had from us. */
const labelsField = (
  { tree, labels }: Context,
  item: PlannedItem,
  linear: LinearIssue | undefined,
  ours: readonly string[],
): FieldValue => {
  const names = labelsOf(tree, item).filter((name) => labels.idOf(name) !== undefined);
  const wanted = names.flatMap((name) => labels.idOf(name) ?? []).sort();
  const standing = (linear?.labelIds ?? []).filter((id) => wanted.includes(id) || ours.includes(id)).sort();
  return {
    field: 'labels',
    page: names.map(labelText).sort(),
    wanted,
    linear: standing,
    // Labels are added to those that an issue has.
    blank: standing,
    send: {
      addedLabelIds: wanted.filter((id) => !standing.includes(id)),
      removedLabelIds: standing.filter((id) => !wanted.includes(id)),
    },
  };
};

/** A field that names what is above an item. It stays as it is while that is held back. */
const aboveField = (
  { tree, places, input }: Context,
  item: PlannedItem,
  entity: Place['entity'],
  linear: string | null | undefined,
): FieldValue[] => {
  const ancestor = ancestorAs(tree, item, entity, input.settings);
  const place = ancestor && places.get(ancestor);
  if (ancestor && !place) return [];
  const [field, name] =
    entity === 'issue' ? (['parent', 'parentId'] as const) : (['milestone', 'projectMilestoneId'] as const);
  return [reference(field, { page: ancestor?.id ?? null, wanted: place?.entityId ?? null, linear }, name)];
};

/** What an issue of a feature or a story has. `ours`: the ids of the labels that it had from us. */
export const issueFields = (
  context: Context,
  item: PlannedItem,
  linear: LinearIssue | undefined,
  ours: readonly string[],
): FieldValue[] => {
  const { project, team } = context.input.state;
  // An issue that people moved keeps what its new project or team says.
  const isInProject = (linear?.projectId ?? project.id) === project.id;
  const isInTeam = (linear?.teamId ?? team.id) === team.id;
  return [
    plain('title', { page: item.title, linear: linear?.title, blank: '' }, 'title'),
    plain(
      'description',
      { page: descriptionOf(item.fields), linear: linear?.description, blank: '' },
      'description',
    ),
    plain('priority', { page: item.fields.priority ?? 0, linear: linear?.priority, blank: 0 }, 'priority'),
    ...aboveField(context, item, 'issue', linear?.parentId),
    ...(isInProject ? aboveField(context, item, 'milestone', linear?.milestoneId) : []),
    ...(isInTeam
      ? [
          ...estimateField(context, item, linear),
          ...cycleField(context, item, linear),
          labelsField(context, item, linear, ours),
        ]
      : []),
  ];
};
