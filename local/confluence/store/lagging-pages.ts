import type { Clock } from '../../stand-in/clock.ts';
import type { Page } from './model.ts';
import type { Store } from './store.ts';

/**
 * The pages as a reader knows them who hears of each change only after a while. A page that was purged stays known as
 * long. What is older than a restart counts as known.
 */
export class LaggingPages {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #lagMs: () => number;
  /** The last state that was known before the newest change, by page id. */
  readonly #known = new Map<string, Page>();
  readonly #purgedAt = new Map<string, number>();

  constructor(store: Store, clock: Clock, lagMs: () => number) {
    this.#store = store;
    this.#clock = clock;
    this.#lagMs = lagMs;
    store.onPage((before, after) => this.#changed(before, after));
  }

  /** A page as it is known now; undefined if it is not known yet, or not any more. */
  get(id: string): Page | undefined {
    const page = this.#store.get('Page', id);
    if (page) return this.#isKnown(page) ? page : this.#known.get(id);
    const purgedAt = this.#purgedAt.get(id);
    return purgedAt !== undefined && purgedAt + this.#lagMs() > this.#clock.now()
      ? this.#known.get(id)
      : undefined;
  }

  *all(): Generator<Page> {
    for (const { id } of this.#store.all('Page')) {
      const page = this.get(id);
      if (page) yield page;
    }
    for (const id of this.#purgedAt.keys()) {
      const page = this.get(id);
      if (page) yield page;
    }
  }

  clear(): void {
    this.#known.clear();
    this.#purgedAt.clear();
  }

  #changed(before: Page | undefined, after: Page | undefined): void {
    if (!before || before.changedAt === after?.changedAt) return;
    if (this.#isKnown(before)) this.#known.set(before.id, before);
    if (!after) this.#purgedAt.set(before.id, this.#clock.now());
  }

  #isKnown({ changedAt }: Page): boolean {
    return Date.parse(changedAt) + this.#lagMs() <= this.#clock.now();
  }
}
