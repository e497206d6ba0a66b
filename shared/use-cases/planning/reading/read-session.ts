import { ulid } from 'ulid';
import { batched } from '../../../batched.ts';
import type { ItemRow } from '../../../data/planning/item-row.ts';
import type { Items } from '../../../data/planning/items.ts';
import { ITEMS_A_STEP, type ReadingStorage } from '../../../data/planning/reading-storage.ts';
import type { SessionRow } from '../../../data/planning/session-row.ts';
import type { Read, Sessions } from '../../../data/planning/sessions.ts';
import type { Texts } from '../../../data/planning/texts.ts';
import type { History } from '../../../data/workspaces/history.ts';
import type { Now } from '../../../domain/clock.ts';
import { countWords } from '../../../domain/counts.ts';
import { changesOf, type ItemChange } from '../../../domain/planning/changes.ts';
import type { KnownItem } from '../../../domain/planning/identity/face.ts';
import { matchItems } from '../../../domain/planning/identity/match-items.ts';
import { countsOf, reportOf } from '../../../domain/planning/report.ts';
import type { Reason } from '../../../domain/planning/session.ts';
import { isDue } from '../../../domain/schedule/due.ts';
import { AppError } from '../../../errors.ts';
import { SiteError } from '../sites/site-error.ts';
import type { fetchPage } from './fetch-page.ts';
import { PageTrouble, readingTrouble } from './page-troubles.ts';

/** What a reading changes is kept this long. A reading that was not stored by then is taken anew. */
const CHANGES_KEPT_MS = 24 * 3_600_000;

type Deps = {
  sessions: Sessions;
  items: Items;
  texts: Texts;
  readingStorage: ReadingStorage;
  history: History;
  fetchPage: ReturnType<typeof fetchPage>;
  now: Now;
};

/** What is stored before the first change of a reading is made. */
type StoredReading = { changes: ItemChange[]; read: Read };

/**
 * `read`: the items show the page. `failed`: the session says why not. `moved`: something else changed the session, and
 * it is due again. `unfinished`: there was no time left; it is due again.
 */
export type SessionRead = 'read' | 'failed' | 'moved' | 'unfinished' | 'not_due';

const knownItem = (row: ItemRow): KnownItem => ({
  id: row.id,
  level: row.pageLevel,
  title: row.title,
  key: row.key ?? null,
  anchors: row.anchors,
  contents: row.contents,
  parentId: row.parentId ?? null,
  isMissing: row.state === 'missing',
  isGuarded: false,
});

/** Why a session's page could not be read, and until when (epoch ms) it need not be tried again, if that is known. */
const reasonOf = (error: unknown): { reason: Reason; until?: number } | undefined => {
  if (error instanceof PageTrouble) return { reason: error.reason };
  if (error instanceof SiteError) {
    const { code, says, mend, until } = error;
    return { reason: { code, message: says, mend }, ...(until && { until: Date.parse(until) }) };
  }
  if (error instanceof AppError && error.isRetryable)
    return {
      reason: {
        code: 'unavailable',
        message: 'Confluence could not be asked.',
        mend: 'It goes on by itself.',
      },
    };
  return undefined;
};

/**
 * Reads the page of a session and stores what changed. First all changes are computed and stored as one text, then they
 * are made piece by piece, so that a crash at any instruction is followed by the rest of the same reading.
 */
export const readSession = (deps: Deps) => {
  const { sessions, items, texts, readingStorage, history, fetchPage, now } = deps;

  /** Compares the page with the items. Answers the session with the reading to store, or nothing if it was moved. */
  const take = async (session: SessionRow): Promise<SessionRow | undefined> => {
    const { page, reading } = await fetchPage(session);
    const stored = await items.all(session.id);
    const trouble = readingTrouble(reading, stored.length > 0);
    if (trouble) throw new PageTrouble(trouble);

    const id = ulid(now());
    const known = stored.filter(({ state }) => state !== 'proposed');
    const matches = matchItems(known.map(knownItem), reading.items);
    const changes = changesOf({ sessionId: session.id, readingId: id, reading, stored, matches });
    const report = await texts.put(session.id, JSON.stringify(reportOf(reading)));
    const read: Read = {
      pageTitle: page.title,
      pageUrl: page.webPath,
      spaceId: page.spaceId,
      readVersion: page.version.number,
      found: {
        report,
        outcome: reading.outcome === 'plan' ? 'plan' : 'not_a_plan',
        counts: countsOf(reading, stored, changes),
      },
    };
    const text = await texts.put(
      session.id,
      JSON.stringify({ changes, read } satisfies StoredReading),
      now() + CHANGES_KEPT_MS,
    );
    return sessions.startStoring(session, {
      id,
      text,
      changes: changes.length,
      version: read.readVersion,
      stored: 0,
      startedAt: new Date(now()).toISOString(),
    });
  };

  /** Makes the changes that are left. Answers the session once all are made. */
  const store = async (
    session: SessionRow,
    { changes }: StoredReading,
    deadline: number,
  ): Promise<SessionRow | 'moved' | 'unfinished'> => {
    let current = session;
    const left = changes.slice(session.reading?.stored);
    for (const piece of batched(left, { size: ITEMS_A_STEP })) {
      if (now() >= deadline) return 'unfinished';
      const stored = (current.reading?.stored ?? 0) + piece.length;
      const progress = 20 + Math.floor((75 * stored) / changes.length);
      const after = await readingStorage.storePiece(current, piece, { progress, now: now() });
      if (!after) return 'moved';
      current = after;
    }
    return current;
  };

  const finish = async (session: SessionRow, { changes, read }: StoredReading): Promise<SessionRead> => {
    const { reading, found } = session;
    if (!reading) return 'moved';
    if (changes.length > 0 || !found)
      await history.put({
        workspaceId: session.workspaceId,
        id: reading.id,
        kind: 'plan_read',
        projectId: session.projectId,
        sessionId: session.id,
        outcome: 'done',
        startedAt: reading.startedAt,
        endedAt: new Date(now()).toISOString(),
        counts: countWords(changes.map(({ change }) => `items.${change}`)),
        errors: [],
      });
    const isFinished = await sessions.finish(session, read, now());
    if (!isFinished) return 'moved';
    await texts.remove(session.id, reading.text);
    if (found && found.report !== read.found.report) await texts.remove(session.id, found.report);
    return 'read';
  };

  const proceed = async (session: SessionRow, deadline: number): Promise<SessionRead> => {
    const taken = session.reading ? session : await take(session);
    if (!taken?.reading) return 'moved';
    const text = await texts.get(session.id, taken.reading.text);
    // It has expired, so the page is read anew.
    if (text === undefined) return (await sessions.dropReading(taken, now())) ? 'unfinished' : 'moved';
    const stored: StoredReading = JSON.parse(text);
    const after = await store(taken, stored, deadline);
    return typeof after === 'string' ? after : finish(after, stored);
  };

  /** Nothing begins after `deadline` (epoch ms). */
  return async (id: string, deadline: number): Promise<SessionRead> => {
    const row = await sessions.get(id);
    if (!row || !isDue(row, now())) return 'not_due';
    const session = await sessions.begin(row, now());
    if (!session) return 'moved';
    try {
      return await proceed(session, deadline);
    } catch (error) {
      const known = reasonOf(error);
      if (!known) throw error;
      await sessions.fail(session, known.reason, now(), known.until);
      return 'failed';
    }
  };
};

export type ReadSession = ReturnType<typeof readSession>;
