import type { Workspaces } from '../data/workspaces.ts';
import { LinearError } from '../errors.ts';
import type { LinearApi } from '../linear/api.ts';
import type { Tokens } from './tokens.ts';

type Deps = { tokens: Tokens; workspaces: Workspaces; api: (accessToken: string) => LinearApi };

/**
 * Calls Linear as a workspace: a 401 is refreshed once and retried once, and a rate limit pauses the workspace,
 * whoever ran into it. `onRequest` counts what was spent.
 */
export const withLinear =
  ({ tokens, workspaces, api }: Deps) =>
  async <T>(workspaceId: string, call: (linear: LinearApi) => Promise<T>): Promise<T> => {
    const isFailure = (error: unknown, is: LinearError['failure']['is']): error is LinearError =>
      error instanceof LinearError && error.failure.is === is;

    const token = await tokens.token(workspaceId);
    try {
      return await call(api(token.accessToken)).catch(async (error: unknown) => {
        if (!isFailure(error, 'unauthorized')) throw error;
        const newer = await tokens.token(workspaceId, token);
        return call(api(newer.accessToken));
      });
    } catch (error) {
      if (error instanceof LinearError && error.failure.is === 'rate_limited')
        await workspaces.pause(workspaceId, error.failure.until);
      throw error;
    }
  };

export type WithLinear = ReturnType<typeof withLinear>;
