import { fold, titleNorm } from '../../text.ts';
import type { PlanInput, PlannedItem, PlanSettings } from '../input.ts';
import { LONGEST_TITLE } from '../limits.ts';
import type { ChangeWarning } from '../operation.ts';
import type { PlanTree } from '../wanted/tree.ts';

/** What an item is, or is to become, in Linear. */
export type Place = {
  item: PlannedItem;
  entity: 'milestone' | 'issue';
  entityId: string;
  /** `bound`: it is that already. `found`: it stands in Linear and is proposed. `new`: it is to be created. */
  is: 'bound' | 'found' | 'new';
};

/** A capability has no place: it is a label of what is below it. An item that is held back has none, either. */
export type Places = ReadonlyMap<PlannedItem, Place>;

/** What items of a level become. */
const entityOf = ({ level }: PlannedItem, { epicAs }: PlanSettings): Place['entity'] | undefined => {
  if (level === 'capability') return undefined;
  return level === 'epic' && epicAs === 'milestone' ? 'milestone' : 'issue';
};

/** The nearest ancestor of an item that becomes such an entity. */
export const ancestorAs = (
  tree: PlanTree,
  item: PlannedItem,
  entity: Place['entity'],
  settings: PlanSettings,
): PlannedItem | undefined =>
  tree.ancestorsOf(item).find((ancestor) => entityOf(ancestor, settings) === entity);

/** What stands in Linear that an item can be, and is no other item's yet. */
const standing = ({ state, boundTo }: PlanInput) => {
  const issues = new Map(state.issues.map((issue) => [issue.id, issue]));
  const identifiers = new Map(state.issues.map((issue) => [issue.identifier.toUpperCase(), issue]));
  const milestones = new Set(state.milestones.map(({ id }) => id));
  const isHere = (issue: { projectId: string | null; gone: string | null }) =>
    issue.projectId === state.project.id && issue.gone === null;
  const titles = {
    issue: Map.groupBy(
      state.issues.filter((issue) => isHere(issue) && !boundTo.has(issue.id)),
      ({ title }) => titleNorm(title),
    ),
    milestone: Map.groupBy(
      state.milestones.filter(({ id }) => !boundTo.has(id)),
      ({ name }) => titleNorm(name),
    ),
  };
  return {
    isThere: ({ entity, entityId }: Pick<Place, 'entity' | 'entityId'>): boolean =>
      entity === 'issue' ? issues.get(entityId)?.gone === null : milestones.has(entityId),
    withIdentifier: (identifier: string) => identifiers.get(identifier.toUpperCase()),
    withTitle: (entity: Place['entity'], title: string): readonly { id: string }[] =>
      titles[entity].get(titleNorm(title)) ?? [],
  };
};

/** Finds for each item what it is in Linear, and says which items are held back. One entity is one item. */
export const placesOf = (
  input: PlanInput,
  tree: PlanTree,
): { places: Places; warnings: readonly ChangeWarning[] } => {
  const { boundTo, sessionId, settings, state, idOf } = input;
  const { isThere, withIdentifier, withTitle } = standing(input);
  const namesakes = Map.groupBy(
    tree.wanted,
    (item) => `${entityOf(item, settings)} ${titleNorm(item.title)}`,
  );
  const warnings: ChangeWarning[] = [];
  const held = (item: PlannedItem, code: string, detail: string): undefined => {
    warnings.push({ code, level: 'error', itemId: item.id, detail });
  };

  const existing = (place: Place): Place | undefined =>
    isThere(place) ? place : held(place.item, 'gone_in_linear', place.entityId);

  const created = (item: PlannedItem, entity: Place['entity']): Place | undefined => {
    const most = LONGEST_TITLE[entity];
    if (item.title.length > most)
      return held(item, 'title_too_long', `${item.title.length} characters, of ${most} at most`);
    return { item, entity, entityId: idOf(entity, [sessionId, item.id, item.generation]), is: 'new' };
  };

  /** The entity that a person, or the page, says an item is. */
  const named = (item: PlannedItem, entity: Place['entity'], entityId: string): Place | undefined =>
    boundTo.has(entityId)
      ? held(item, 'bound_elsewhere', entityId)
      : existing({ item, entity, entityId, is: 'found' });

  const placeOf = (item: PlannedItem): Place | undefined => {
    const entity = entityOf(item, settings);
    const { bound, chosen, linear } = item;
    if (bound && bound.entity !== entity) return held(item, 'level_changed', bound.entity);
    if (!entity) return undefined;
    if (bound) return existing({ item, entity, entityId: bound.entityId, is: 'bound' });
    if (chosen === 'new') return created(item, entity);
    if (chosen) return named(item, entity, chosen.entityId);
    if (linear !== undefined && entity === 'issue') {
      const issue = withIdentifier(linear);
      return issue ? named(item, entity, issue.id) : held(item, 'linear_issue_not_found', linear);
    }
    const [found, ...others] = withTitle(entity, item.title);
    if (!found) return created(item, entity);
    const isOnlyOne = namesakes.get(`${entity} ${titleNorm(item.title)}`)?.length === 1;
    if (others.length > 0 || !isOnlyOne) return held(item, 'title_stands_twice', item.title);
    return { item, entity, entityId: found.id, is: 'found' };
  };

  // A project has a name of a milestone once.
  const milestoneNames = new Set(state.milestones.map(({ name }) => fold(name)));
  const isNameTaken = ({ item, entity, is }: Place): boolean => {
    if (entity !== 'milestone' || is !== 'new') return false;
    const name = fold(item.title);
    if (milestoneNames.has(name)) return true;
    milestoneNames.add(name);
    return false;
  };

  const places = new Map<PlannedItem, Place>();
  const holders = new Map<string, PlannedItem>();
  for (const item of tree.wanted) {
    const place = placeOf(item);
    const holder = place && holders.get(place.entityId);
    if (holder) held(item, 'same_entity', holder.title);
    else if (place && isNameTaken(place)) held(item, 'milestone_name_taken', item.title);
    else if (place) {
      holders.set(place.entityId, item);
      places.set(item, place);
    }
  }
  // The highest first: what is below a new item that is held back is held back as well.
  const depth = (item: PlannedItem) => tree.ancestorsOf(item).length;
  for (const item of tree.wanted.toSorted((one, other) => depth(one) - depth(other))) {
    if (places.get(item)?.is !== 'new') continue;
    const above = (['milestone', 'issue'] as const).map((entity) => ancestorAs(tree, item, entity, settings));
    const heldBack = above.find((ancestor) => ancestor && !places.has(ancestor));
    if (!heldBack) continue;
    places.delete(item);
    held(item, 'parent_held_back', heldBack.title);
  }
  return { places, warnings };
};
