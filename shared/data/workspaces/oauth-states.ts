import * as z from 'zod/mini';
import { parseRow } from '../../parse.ts';
import type { Db } from '../client.ts';
import { and, conditions } from '../condition.ts';
import { maybeText, type Stored, text } from '../fields.ts';
import { tableOf } from '../table.ts';
import * as tables from '../tables.ts';

/** A connect link, or (with `cookieHash`) an OAuth flow under way. Secrets are stored as hashes. */
const OauthStateRow = z.object({
  id: text,
  ownerId: text,
  cookieHash: maybeText,
  expiresAt: text,
});
export type OauthState = z.output<typeof OauthStateRow>;

type OauthStateItem = Stored<typeof OauthStateRow> & { expiresAtSeconds: number };

const where = conditions<OauthStateItem>();
const oauthStateRow = (row: unknown): OauthState => parseRow(OauthStateRow, row, 'oauth_states');

/** Table `oauth_states`: short-lived rows, each consumed once. Times are epoch milliseconds. */
export const oauthStatesTable = (db: Db, name: string) => {
  const table = tableOf<OauthStateItem>()(db, name, tables.oauth_states);
  return {
    async put(state: OauthState): Promise<void> {
      const expiresAtSeconds = Math.ceil(Date.parse(state.expiresAt) / 1000);
      await table.put({ ...state, expiresAtSeconds });
    },

    /** The row, unless it has expired. */
    async get(id: string, now: number): Promise<OauthState | undefined> {
      const row = await table.get({ id });
      if (!row) return undefined;
      const state = oauthStateRow(row);
      return Date.parse(state.expiresAt) > now ? state : undefined;
    },

    /** Consumes the row of this browser. If two requests try, only one gets it. */
    async consume(id: string, cookieHash: string, now: number): Promise<OauthState | undefined> {
      const taken = await table.delete(
        { id },
        and(where.eq('cookieHash', cookieHash), where.gt('expiresAt', new Date(now).toISOString())),
      );
      return taken && oauthStateRow(taken);
    },
  };
};

export type OauthStates = ReturnType<typeof oauthStatesTable>;
