type Context = { getRemainingTimeInMillis(): number };

/**
 * The time of the invocation under way: a container runs one at a time. `reserveMs` of it are kept for what was begun
 * last.
 */
export const invocationTime = (reserveMs: number, now: () => number) => {
  let deadline = Number.POSITIVE_INFINITY;
  return {
    /** Begins an invocation. Answers when (epoch ms) it begins nothing more. */
    begin(context: Context): number {
      deadline = now() + context.getRemainingTimeInMillis() - reserveMs;
      return deadline;
    },
    deadline: (): number => deadline,
  };
};

export type InvocationTime = ReturnType<typeof invocationTime>;
