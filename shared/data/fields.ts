import * as z from 'zod/mini';

/** The schemas of most fields, created once and shared, because every schema lengthens the cold start. */
export const text = z.string();
export const maybeText = z.optional(text);
export const number = z.number();
export const flag = z.boolean();

type Frozen<T> = T extends Uint8Array
  ? Uint8Array
  : T extends Set<infer E>
    ? ReadonlySet<E>
    : T extends (infer E)[]
      ? readonly Frozen<E>[]
      : T extends object
        ? {
            readonly [K in keyof T]: Partial<Pick<T, K>> extends Pick<T, K>
              ? Frozen<T[K]> | undefined
              : Frozen<T[K]>;
          }
        : T;

/** A row as it is stored, from the schema that reads it. */
export type Stored<S extends z.ZodMiniType> = Frozen<z.input<S>>;
