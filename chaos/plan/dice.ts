import { random } from '../../testing/random.ts';

/** Random choices, the same for the same seed. */
export const dice = (seed: number) => {
  const chance = random(seed);
  const below = (count: number) => Math.floor(chance() * count);
  const hex = (length: number) => Array.from({ length }, () => below(16).toString(16)).join('');
  return {
    chance,
    below,
    between: (from: number, to: number) => from + below(to - from + 1),
    pick: <T>(from: readonly T[]): T => from[below(from.length)] as T,
    weighed<T extends string>(weights: Record<T, number>): T {
      const entries = Object.entries<number>(weights) as [T, number][];
      let left = chance() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [name, weight] of entries) {
        left -= weight;
        if (left < 0) return name;
      }
      return (entries[0] as [T, number])[0];
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
};
export type Dice = ReturnType<typeof dice>;
