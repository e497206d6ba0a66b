import * as z from 'zod/mini';
import { parseRow } from '../../parse.ts';
import { type Db, getRow, putRow } from '../client.ts';
import { maybeText, text } from '../fields.ts';
import { deleteIf } from '../update.ts';

/** A connect link that was made, or (with `cookieHash`) a flow on its way through Linear. Secrets are hashed. */
const OauthStateRow = z.object({
  id: text,
  ownerId: text,
  cookieHash: maybeText,
  expiresAt: text,
});
export type OauthState = z.output<typeof OauthStateRow>;

/** Table `oauth_states`: short-lived rows, each consumed once. Times are epoch milliseconds. */
export const oauthStatesTable = (db: Db, table: string) => ({
  async put(state: OauthState): Promise<void> {
    const expiresAtSeconds = Math.ceil(Date.parse(state.expiresAt) / 1000);
    await putRow(db, table, { ...state, expiresAtSeconds });
  },

  /** The row, unless it has expired. */
  async get(id: string, now: number): Promise<OauthState | undefined> {
    const row = await getRow(db, table, { id });
    if (!row) return undefined;
    const state = parseRow(OauthStateRow, row, 'oauth_states');
    return Date.parse(state.expiresAt) > now ? state : undefined;
  },

  /** Takes the row of this browser, once: of two who try, one gets it. */
  async consume(id: string, cookieHash: string, now: number): Promise<OauthState | undefined> {
    const taken = await deleteIf(
      db,
      table,
      { id },
      {
        when: '#cookieHash = :c AND #expiresAt > :now',
        values: { c: cookieHash, now: new Date(now).toISOString() },
      },
    );
    return taken && parseRow(OauthStateRow, taken, 'oauth_states');
  },
});

export type OauthStates = ReturnType<typeof oauthStatesTable>;
