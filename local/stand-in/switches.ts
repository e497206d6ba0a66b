import * as z from 'zod';

/** Switches by name, each with a default. */
export type SwitchShape = Record<string, z.ZodDefault<z.ZodType>>;

export type SwitchValues<Shape extends SwitchShape> = { [N in keyof Shape]: z.output<Shape[N]> };
export type SwitchChanges<Shape extends SwitchShape> = Partial<SwitchValues<Shape>>;

/** What keeps the values, such as a table of the stand-in's store. */
interface Settings {
  get(table: 'Setting', id: string): { value: unknown } | undefined;
  set(table: 'Setting', row: { id: string; value: unknown }): void;
}

/** The behaviours that no source settles, with their current values. They survive a restart; a reset restores the defaults. */
export class Switches<Shape extends SwitchShape> {
  readonly #settings: Settings;
  readonly #shape: Shape;
  readonly #schema: z.ZodType<SwitchValues<Shape>>;
  #read: { stored: unknown; values: SwitchValues<Shape> } | undefined;

  constructor(settings: Settings, shape: Shape) {
    this.#settings = settings;
    this.#shape = shape;
    this.#schema = z.strictObject(shape) as unknown as z.ZodType<SwitchValues<Shape>>;
  }

  get values(): SwitchValues<Shape> {
    const stored = this.#settings.get('Setting', 'switches')?.value;
    if (!this.#read || this.#read.stored !== stored) {
      // An older version may have stored values that this one does not know. Then the defaults apply.
      this.#read = { stored, values: this.#schema.safeParse(stored ?? {}).data ?? this.#schema.parse({}) };
    }
    return this.#read.values;
  }

  change(changes: SwitchChanges<Shape>): void {
    this.#settings.set('Setting', { id: 'switches', value: { ...this.values, ...changes } });
  }

  /** Every switch with its value, default and choices, for `GET /_local/switches`. */
  describe(): Record<string, { value: unknown; default: unknown; values: unknown }> {
    const values: Record<string, unknown> = this.values;
    const defaults: Record<string, unknown> = this.#schema.parse({});
    return Object.fromEntries(
      Object.entries(this.#shape).map(([name, schema]) => [
        name,
        { value: values[name], default: defaults[name], values: choicesOf(schema.unwrap()) },
      ]),
    );
  }

  /** Reads the body of `POST /_local/switches`: the switches to change. */
  readChanges(body: unknown): SwitchChanges<Shape> {
    const optional = Object.entries(this.#shape).map(([name, schema]) => [name, z.optional(schema.unwrap())]);
    return z
      .strictObject(Object.fromEntries(optional))
      .refine(
        (changes) => Object.keys(changes).length > 0,
        `name one of ${Object.keys(this.#shape).join(', ')}`,
      )
      .parse(body) as SwitchChanges<Shape>;
  }
}

const choicesOf = (schema: z.ZodType): unknown => {
  const { enum: names, anyOf, type, minimum, maximum } = z.toJSONSchema(schema);
  if (names) return names;
  if (anyOf) return anyOf.map((one) => (one as { const?: unknown }).const);
  return type === 'boolean' ? [true, false] : { type, minimum, maximum };
};
