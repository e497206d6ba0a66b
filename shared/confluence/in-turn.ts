/**
 * Lets at most `most` calls run at once; the others wait in the order in which they came. A package such as p-limit
 * would bring a queue that can be cleared, counted and resized, of which nothing is needed here.
 */
export const inTurn = (most: number) => {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(call: () => Promise<T>): Promise<T> => {
    if (running < most) running++;
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      // The turn goes to the next one, so the number of those running stays.
      if (next) next();
      else running--;
    }
  };
};
