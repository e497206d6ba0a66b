type Context = { getRemainingTimeInMillis(): number };

/**
 * The deadline of the current invocation; a container runs one at a time. It lies `reserveMs` before the function's
 * timeout, so that work begun last can still finish.
 */
export const invocationTime = (reserveMs: number, now: () => number) => {
  let deadline = Number.POSITIVE_INFINITY;
  return {
    /** Begins an invocation. Returns the time (epoch ms) after which it must not begin new work. */
    begin(context: Context): number {
      deadline = now() + context.getRemainingTimeInMillis() - reserveMs;
      return deadline;
    },
    deadline: (): number => deadline,
  };
};

export type InvocationTime = ReturnType<typeof invocationTime>;
