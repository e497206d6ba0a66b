import type { Workspaces } from '../../data/workspaces/workspaces.ts';
import type { Now } from '../../domain/clock.ts';
import { AppError } from '../../errors.ts';
import type { LinearApi } from '../../linear/api.ts';
import { LinearError } from '../../linear/errors.ts';
import type { Tokens } from './tokens.ts';

type Deps = {
  tokens: Tokens;
  workspaces: Workspaces;
  api: (accessToken: string) => LinearApi;
  /** When (epoch ms) the invocation that is running may begin nothing more, whatever asks for it. */
  deadline?: () => number;
  now: Now;
};

/**
 * Calls Linear as a workspace. After a 401 the token is refreshed once and the call is retried once. A rate limit
 * pauses the workspace for every function. Throws `upstream` if the invocation has no time left for a request.
 */
export const withLinear =
  ({ tokens, workspaces, api, deadline = () => Number.POSITIVE_INFINITY, now }: Deps) =>
  async <T>(workspaceId: string, call: (linear: LinearApi) => Promise<T>): Promise<T> => {
    const isFailure = (error: unknown, is: LinearError['failure']['is']): error is LinearError =>
      error instanceof LinearError && error.failure.is === is;

    const begin = async ({ accessToken }: { accessToken: string }): Promise<T> => {
      if (now() < deadline()) return call(api(accessToken));
      throw new AppError(
        'upstream',
        'No time is left in this run for a request to Linear. The work stays due.',
      );
    };

    const token = await tokens.token(workspaceId, { deadline: deadline() });
    try {
      return await begin(token).catch(async (error: unknown) => {
        if (!isFailure(error, 'unauthorized')) throw error;
        return begin(await tokens.token(workspaceId, { refused: token, deadline: deadline() }));
      });
    } catch (error) {
      if (error instanceof LinearError && error.failure.is === 'rate_limited')
        await workspaces.pause(workspaceId, error.failure.until);
      throw error;
    }
  };

export type WithLinear = ReturnType<typeof withLinear>;
