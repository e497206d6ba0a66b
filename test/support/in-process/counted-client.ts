import type { LinearClient } from '../../../shared/linear/client.ts';

type Before = (request: number) => void | Promise<void>;

/** A client that counts its requests to Linear, and that lets a test act before each of them. */
export const countedClient = (client: LinearClient) => {
  let requests = 0;
  let intercept: Before = () => {};
  const counted = {
    async execute(...asked: Parameters<LinearClient['execute']>) {
      requests++;
      await intercept(requests);
      return client.execute(...asked);
    },
  } as LinearClient;
  return {
    client: counted,
    /** How many requests `act` sends; `before` each of them may throw, as a crash does, or do something. */
    async requestsOf(act: () => Promise<unknown>, before: Before = () => {}): Promise<number> {
      requests = 0;
      intercept = before;
      try {
        await act();
      } finally {
        intercept = () => {};
      }
      return requests;
    },
  };
};
