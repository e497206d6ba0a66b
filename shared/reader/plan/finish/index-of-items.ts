import { type Level, levels } from '../../../domain/planning/plan.ts';
import { titleNorm } from '../../../domain/planning/text.ts';
import type { Draft } from '../items/draft.ts';

export const isAbove = (above: Level, level: Level): boolean => levels.indexOf(above) < levels.indexOf(level);

/** A page's items by key and by title. The first holder of a key has it. */
export class ItemIndex {
  readonly #byKey = new Map<string, Draft>();
  readonly #byTitle = new Map<string, Draft[]>();
  readonly #byNumber = new Map<string, Draft[]>();

  constructor(drafts: Iterable<Draft>) {
    for (const draft of drafts) this.add(draft);
  }

  add(draft: Draft): void {
    append(this.#byTitle, draft.norm, draft);
    if (draft.key === null || this.#byKey.has(draft.key.canonical)) return;
    const { canonical } = draft.key;
    this.#byKey.set(canonical, draft);
    append(this.#byNumber, canonical.slice(1), draft);
  }

  ofKey = (canonical: string): Draft | undefined => this.#byKey.get(canonical);

  /** The first item with exactly this title; one of `level`, if one is asked for. */
  ofTitle = (title: string, fits: (draft: Draft) => boolean = () => true): Draft | undefined =>
    this.#byTitle.get(titleNorm(title))?.find(fits);

  /** The item above by its number: `S1.2.3` stands under `1.2`, else under `1`. The nearest level wins. */
  aboveByNumber = ({ key, level }: Draft): Draft | undefined => {
    if (key === null) return undefined;
    const { canonical } = key;
    for (let dot = canonical.lastIndexOf('.'); dot > 0; dot = canonical.lastIndexOf('.', dot - 1)) {
      const above = (this.#byNumber.get(canonical.slice(1, dot)) ?? []).filter((draft) =>
        isAbove(draft.level, level),
      );
      if (above.length > 0) return above.reduce((a, b) => (isAbove(a.level, b.level) ? b : a));
    }
    return undefined;
  };
}

const append = (map: Map<string, Draft[]>, name: string, draft: Draft): void => {
  const drafts = map.get(name);
  if (drafts === undefined) map.set(name, [draft]);
  else drafts.push(draft);
};
