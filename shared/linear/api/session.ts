import type * as z from 'zod/mini';
import type { LinearClient } from '../client.ts';
import type { Unreadable } from '../pages.ts';

/** Linear as one access token sees it. */
export type Session = {
  execute: <S extends z.core.$ZodType>(
    operation: { query: string; data: S },
    variables: Record<string, unknown>,
  ) => Promise<z.core.output<S>>;
  /** Our clock as an ISO string. A snapshot bears it, as of the start of its request, as `seenAt`. */
  clock: () => string;
  onUnreadable: OnUnreadable;
};

/** Told of issues or projects that came in a form that we cannot read, whatever they were read for. */
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
