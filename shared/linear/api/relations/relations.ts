import * as z from 'zod/mini';
import { id } from '../../fields.ts';
import { newestOf, nextOf } from '../../pages.ts';
import { Timestamp } from '../../timestamp.ts';
import { unlessRefused } from '../refused.ts';
import type { Session } from '../session.ts';
import * as operations from './relation-operations.ts';
import { readRelations } from './relations-by-id.ts';

/** One issue blocks another, as Linear said at `updatedAt`. */
export type Blocking = { blockerId: string; blockedId: string; updatedAt: string };

const Recent = z.object({ id, type: z.literal('blocks'), updatedAt: Timestamp });
const Ends = z.object({ issue: z.object({ id }), relatedIssue: z.object({ id }) });

export const relationsApi = (session: Session) => ({
  /**
   * One page of the relations that changed at or after `since`, the most recently changed first: those of type
   * `blocks` whose both issues the app can see. `newest` is the greatest `updatedAt` of the page, of any type.
   */
  async relationsSince(
    since: string,
    after?: string,
  ): Promise<{ items: Blocking[]; newest: string | undefined; next: string | undefined }> {
    const seenAt = session.clock();
    const whole = await unlessRefused(
      () => session.execute(operations.relations, { after }),
      () => undefined,
    );
    const { nodes, pageInfo } = (whole ?? (await session.execute(operations.relationHeads, { after })))
      .issueRelations;
    const recent = nodes.flatMap((node) => {
      const { data } = Recent.safeParse(node);
      return data && data.updatedAt >= since ? [{ ...data, node }] : [];
    });
    const ends: ReadonlyMap<string, unknown> = whole
      ? new Map(recent.map(({ id, node }) => [id, node]))
      : await readRelations(
          session,
          recent.map(({ id }) => id),
          operations.endFields,
        );
    const isOver = nodes.some(({ updatedAt }) => updatedAt !== undefined && updatedAt < since);
    return {
      items: recent.flatMap(({ id, updatedAt }) => {
        const { issue, relatedIssue } = Ends.safeParse(ends.get(id)).data ?? {};
        if (!issue || !relatedIssue || issue.id === relatedIssue.id) return [];
        return [{ blockerId: issue.id, blockedId: relatedIssue.id, updatedAt }];
      }),
      newest: newestOf(nodes, seenAt),
      next: isOver ? undefined : nextOf(pageInfo),
    };
  },
});
