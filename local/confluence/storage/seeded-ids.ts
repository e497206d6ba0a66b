import { createHash } from 'node:crypto';

/** Ids and choices that are the same for the same seed. */
export class SeededIds {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** 12 hexadecimal digits, as the editor gives blocks. */
  short(): string {
    return this.#next().slice(0, 12);
  }

  uuid(): string {
    const hash = this.#next();
    const [a, b, c, d, e] = [
      [0, 8],
      [8, 12],
      [13, 16],
      [17, 20],
      [20, 32],
    ].map(([from, to]) => hash.slice(from, to));
    return `${a}-${b}-4${c}-a${d}-${e}`;
  }

  /** Heads or tails. */
  coin(): boolean {
    return Number.parseInt(this.#next().slice(0, 1), 16) < 8;
  }

  #next(): string {
    this.#count += 1;
    return createHash('sha256').update(`${this.#seed}:${this.#count}`).digest('hex');
  }
}
