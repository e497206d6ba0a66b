import { comparison, creation } from './compare/entity-operations.ts';
import { resolvedLabels } from './compare/labels.ts';
import { type Place, placesOf } from './compare/places.ts';
import { issueFields, milestoneFields } from './compare/plan-fields.ts';
import { relationOperations } from './compare/relations.ts';
import type { PlanInput } from './input.ts';
import { type ChangeWarning, idsIn, type Operation, type PlannedOperation } from './operation.ts';
import { ordered } from './order.ts';
import { dependenciesOf } from './wanted/dependencies.ts';
import { labelsOf } from './wanted/labels.ts';
import { planTree } from './wanted/tree.ts';

export type ChangeSet = { operations: readonly PlannedOperation[]; warnings: readonly ChangeWarning[] };

/** The link from an issue back to its item on the page. Linear has one attachment of a URL on an issue. */
const attachment = ({ item, entityId }: Place, url: string, { idOf }: PlanInput): Operation => {
  const id = idOf('attachment', [entityId, url]);
  return {
    action: 'create',
    entity: 'attachment',
    entityId: id,
    itemId: item.id,
    field: null,
    page: { link: url },
    before: null,
    send: { id, issueId: entityId, url, title: 'Plan in Confluence' },
    needs: [entityId],
    spares: [],
  };
};

/** What a new entity has that the page does not say. */
const fixed = ({ entity }: Place, { state }: PlanInput): Operation['send'] => {
  const { project, team } = state;
  if (entity === 'milestone') return { projectId: project.id };
  const stateId = team.defaultStateId;
  return { teamId: team.id, projectId: project.id, ...(stateId !== null && { stateId }) };
};

/** New issues come in the order of their WSJF, the most urgent first; those without one in the order of the page. */
const inOrder = (places: Iterable<Place>): Place[] => {
  const wsjf = ({ item }: Place) => item.fields.wsjf?.value ?? Number.NEGATIVE_INFINITY;
  return [...places].sort((one, other) => (wsjf(one) === wsjf(other) ? 0 : wsjf(other) - wsjf(one)));
};

/**
 * What has to be done in Linear so that it stands there as the page says, compared with one read of both. The same
 * input has the same result. Nothing of it is done yet.
 */
export const changeSetOf = (input: PlanInput): ChangeSet => {
  const { state } = input;
  const tree = planTree(input.items);
  const { places, warnings: heldBack } = placesOf(input, tree);
  const planned = inOrder(places.values());
  const labelled = planned.filter(({ entity }) => entity === 'issue');
  const labels = resolvedLabels(
    input,
    labelled.flatMap(({ item }) => labelsOf(tree, item)),
  );
  const issues = new Map(state.issues.map((issue) => [issue.id, issue]));
  const identifiers = new Map(state.issues.map((issue) => [issue.identifier.toUpperCase(), issue]));
  const milestones = new Map(state.milestones.map((milestone) => [milestone.id, milestone]));

  const operations: Operation[] = [...labels.operations];
  const warnings: ChangeWarning[] = [...heldBack, ...labels.warnings];
  const context = { input, tree, places, labels, warn: (warning: ChangeWarning) => warnings.push(warning) };
  for (const place of planned) {
    const { item, entity, entityId, is } = place;
    const bases = item.bound?.bases ?? {};
    const issue = issues.get(entityId);
    const values =
      entity === 'milestone'
        ? milestoneFields(item, milestones.get(entityId))
        : issueFields(context, item, issue, idsIn(bases.labels?.linear));
    if (is === 'new') operations.push(creation(place, values, fixed(place, input)));
    else {
      const compared = comparison(place, values, bases);
      operations.push(...compared.operations);
      warnings.push(...compared.warnings);
    }
    const link = input.linkOf(item.id);
    if (entity === 'issue' && item.bound?.link !== link && !issue?.links.includes(link))
      operations.push(attachment(place, link, input));
  }

  const dependencies = dependenciesOf(tree, (identifier) => identifiers.get(identifier.toUpperCase()));
  const relations = relationOperations({ input, tree, places, blockersOf: dependencies.blockersOf, issues });
  return {
    operations: ordered([...operations, ...relations.operations]),
    warnings: [...warnings, ...dependencies.warnings, ...relations.warnings],
  };
};
