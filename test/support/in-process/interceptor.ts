/**
 * Is called for every call that a worker makes to Linear or to the tables, with its arguments. It may throw before or
 * after the call.
 */
export type Interceptor = <T>(
  to: 'linear' | 'tables',
  what: string,
  call: () => Promise<T>,
  args: readonly unknown[],
) => Promise<T>;

export const passThrough: Interceptor = (_to, _what, call) => call();

/** The same object, each of whose methods goes through the interceptor. */
export const intercepted = <O extends object>(
  object: O,
  to: 'linear' | 'tables',
  intercept: Interceptor,
): O =>
  new Proxy(object, {
    get(target, key) {
      const member = Reflect.get(target, key);
      // This one is synchronous and calls nothing outside.
      if (typeof member !== 'function' || key === 'descriptionOf') return member;
      return (...args: unknown[]) => intercept(to, String(key), () => member.apply(target, args), args);
    },
  });
