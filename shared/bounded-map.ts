/**
 * A map of at most `most` entries: a new one replaces the one that was set longest ago. A package such as lru-cache
 * would bring eviction by use, age and size, of which nothing is needed here.
 */
export class BoundedMap<V> extends Map<string, V> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override set(key: string, value: V): this {
    this.delete(key);
    super.set(key, value);
    const [oldest] = this.keys();
    if (this.size > this.#most && oldest !== undefined) this.delete(oldest);
    return this;
  }
}
