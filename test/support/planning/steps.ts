import type { ConfluenceApi } from '../../../shared/confluence/api.ts';
import type { Db } from '../../../shared/data/client.ts';

/** Is called for each operation on the tables and each call of Confluence. It may throw before or after the call. */
export type Step = <T>(what: string, call: () => Promise<T>) => Promise<T>;

/** A database each of whose operations, such as `UpdateItem`, goes through `step`. */
export const stepping = (db: Db, step: Step): Db => ({
  ...db,
  client: new Proxy(db.client, {
    get(client, key) {
      const member = Reflect.get(client, key);
      if (key !== 'send') return typeof member === 'function' ? member.bind(client) : member;
      return (command: Parameters<typeof client.send>[0]) =>
        step(command.constructor.name.replace('Command', ''), () => client.send(command));
    },
  }),
});

/** A client of Confluence each of whose methods goes through `step`. */
export const steppingApi = (api: ConfluenceApi, step: Step): ConfluenceApi =>
  new Proxy(api, {
    get(target, key) {
      const member = Reflect.get(target, key);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => step(`confluence.${String(key)}`, () => member.apply(target, args));
    },
  });

class Death extends Error {
  constructor(what: string) {
    super(`The process died at ${what}.`);
  }
}

export type Fault =
  /** From this step on, everything fails. */
  | 'dies'
  /** This step alone fails, before it is sent. */
  | 'fails'
  /** This step is carried out, and its answer is lost. */
  | 'is not answered';

/** A worker with one fault, at its `nth` step (0 is the first). `steps`: those that it began. */
export const faulty = (fault: Fault, nth: number) => {
  let at = -1;
  const what: string[] = [];
  const step: Step = async (name, call) => {
    at++;
    what.push(name);
    if (at < nth || (at > nth && fault !== 'dies')) return call();
    if (at === nth && fault === 'is not answered') await call();
    throw new Death(name);
  };
  return { step, steps: () => what };
};

/** Does something else before the `nth` step of a worker. */
export const interrupted = (nth: number, act: () => Promise<unknown>) => {
  let at = -1;
  const step: Step = async (_, call) => {
    if (++at === nth) await act();
    return call();
  };
  return { step, reached: () => at >= nth };
};
