import type { PlannedItem } from '../../../../shared/domain/planning/change-set/input.ts';
import { placeOf } from '../../../../shared/domain/planning/item.ts';
import type { EnablerType, ItemFields, Level } from '../../../../shared/domain/planning/plan.ts';

type Chance = () => number;

/** Plans of up to `most` items with all that an item can have, some of it wrong. */
export const randomPlan = (chance: Chance, most: number): PlannedItem[] => {
  const below = (count: number) => Math.floor(chance() * count);
  const any = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const items: PlannedItem[] = [];
  const count = 1 + below(most);

  const fieldsOf = (): ItemFields => ({
    ...(chance() < 0.6 && { description: `Text ${below(1000)} with **bold** words` }),
    ...(chance() < 0.3 && { benefit: `Benefit ${below(1000)}` }),
    ...(chance() < 0.4 && {
      acceptance: Array.from({ length: 1 + below(3) }, (_, at) => ({
        text: `Criterion ${at}`,
        done: any([null, true, false]),
      })),
    }),
    ...(chance() < 0.5 && { estimate: any([1, 2, 3, 5, 8, 13, 4, 100]) }),
    ...(chance() < 0.5 && { priority: any([1, 2, 3, 4] as const) }),
    ...(chance() < 0.2 && { wsjf: { value: below(20) } }),
    ...(chance() < 0.3 && { pi: any(['PI 1', 'PI 2', 'pi 1']) }),
    ...(chance() < 0.2 && { target: '2026-12-24' }),
  });

  for (let at = 0; at < count; at++) {
    const level: Level = any(['epic', 'capability', 'feature', 'feature', 'story', 'story', 'story']);
    const higher = items.filter((item) => LEVELS.indexOf(item.level) < LEVELS.indexOf(level));
    const parent = chance() < 0.85 && higher.length > 0 ? any(higher) : undefined;
    const fields = fieldsOf();
    if (chance() < 0.25 && items.length > 0)
      fields.dependsOn = Array.from({ length: 1 + below(2) }, () => `item:item-${below(count)}`);
    items.push({
      id: `item-${at}`,
      level,
      enabler: chance() < 0.2 ? any<EnablerType>(['exploration', 'infrastructure', 'untyped']) : undefined,
      parentId: parent?.id,
      title: chance() < 0.1 ? any(['Documentation', 'Tests']) : `Title ${at} ${below(100)}`,
      place: placeOf(at),
      fields,
      state: chance() < 0.03 ? any(['missing', 'unsure', 'proposed'] as const) : 'present',
      isIgnored: chance() < 0.05,
      isUndone: false,
      generation: 0,
    });
  }
  return items;
};

const LEVELS: readonly Level[] = ['epic', 'capability', 'feature', 'story'];
