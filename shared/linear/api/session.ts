import type * as z from 'zod/mini';
import type { LinearClient } from '../client.ts';
import type { Unreadable } from '../pages.ts';

/** Linear, as seen with one access token. */
export type Session = {
  execute: <S extends z.core.$ZodType>(
    operation: { query: string; data: S },
    variables: Record<string, unknown>,
  ) => Promise<z.core.output<S>>;
  /** Our clock as an ISO string. At the start of a request it becomes the `seenAt` of its snapshots. */
  clock: () => string;
  onUnreadable: OnUnreadable;
};

/** Called with issues or projects that could not be parsed, whatever they were read for. */
export type OnUnreadable = (what: 'issues' | 'projects', unreadable: Unreadable[]) => void;

export const linearSession = (
  client: LinearClient,
  {
    accessToken,
    now,
    onUnreadable = () => {},
  }: { accessToken: string; now: () => number; onUnreadable?: OnUnreadable | undefined },
): Session => ({
  execute: (operation, variables) => client.execute(accessToken, operation, variables),
  clock: () => new Date(now()).toISOString(),
  onUnreadable,
});
