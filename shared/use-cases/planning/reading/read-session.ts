import { ulid } from 'ulid';
import { batched } from '../../../batched.ts';
import { hasFailed } from '../../../confluence/errors.ts';
import type { Items } from '../../../data/planning/items.ts';
import type { ReadingStorage } from '../../../data/planning/reading-storage.ts';
import type { SessionRow } from '../../../data/planning/session-row.ts';
import type { Read, Sessions } from '../../../data/planning/sessions.ts';
import type { Texts } from '../../../data/planning/texts.ts';
import type { History } from '../../../data/workspaces/history.ts';
import type { Now } from '../../../domain/clock.ts';
import { countWords } from '../../../domain/counts.ts';
import { changesOf, type ItemChange } from '../../../domain/planning/changes.ts';
import { boundedItem } from '../../../domain/planning/content.ts';
import { matchReading } from '../../../domain/planning/identity/match.ts';
import { countsOf, reportOf } from '../../../domain/planning/report.ts';
import type { Reason } from '../../../domain/planning/session.ts';
import { textName } from '../../../domain/planning/text-name.ts';
import { isDue } from '../../../domain/schedule/due.ts';
import { AppError } from '../../../errors.ts';
import { SiteError } from '../sites/site-error.ts';
import type { fetchPage } from './fetch-page.ts';
import { knownItems } from './known-items.ts';
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

/** What is stored before the first change of a reading is made. Without `report` it is the one before. */
type StoredReading = { changes: ItemChange[]; read: Read; report?: string };
type Taken = { session: SessionRow; stored: StoredReading };

/**
 * `read`: the items show the page. `failed`: the session says why not. `moved`: something else changed the session, and
 * it is due again. `unfinished`: there was no time left; it is due again.
 */
export type SessionRead = 'read' | 'failed' | 'moved' | 'unfinished' | 'not_due';

const TOO_LARGE: Reason = {
  code: 'too_large',
  message: 'Confluence’s answer with the page is larger than can be read.',
  mend: 'Split the page into several, and plan each in a session of its own.',
};
const FAULT: Reason = {
  code: 'fault',
  message: 'The page could not be read because of a fault of ours.',
  mend: 'It is tried again by itself. If it lasts, the operators of this service have to mend it.',
};

/** Why a session's page could not be read, and until when (epoch ms) it need not be tried again, if that is known. */
const reasonOf = (error: unknown): { reason: Reason; until?: number } | undefined => {
  if (error instanceof PageTrouble) return { reason: error.reason };
  if (error instanceof SiteError) {
    const { code, says, mend, until } = error;
    return { reason: { code, message: says, mend }, ...(until && { until: Date.parse(until) }) };
  }
  if (hasFailed(error, 'too_large')) return { reason: TOO_LARGE };
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

  /** What the page changes, and how the session stands after it. */
  const compare = async (session: SessionRow, readingId: string): Promise<StoredReading> => {
    const { page, reading: whole } = await fetchPage(session);
    const reading = { ...whole, items: whole.items.map(boundedItem) };
    const stored = await items.all(session.id);
    const trouble = readingTrouble(reading, stored.length > 0);
    if (trouble) throw new PageTrouble(trouble);

    const { matches } = matchReading(knownItems(stored), reading.items);
    const changes = changesOf({ sessionId: session.id, readingId, reading, stored, matches, now: now() });
    const report = JSON.stringify(reportOf(reading));
    const reportHash = textName(report);
    const { found } = session;
    const reports =
      found?.reportHash === reportHash
        ? { report: found.report, replaced: found.replaced }
        : { report: `report-${readingId}`, replaced: found?.report };
    const read = {
      pageTitle: page.title,
      pageUrl: page.webPath,
      spaceId: page.spaceId,
      readVersion: page.version.number,
      found: {
        ...reports,
        reportHash,
        outcome: reading.outcome === 'plan' ? ('plan' as const) : ('not_a_plan' as const),
        counts: countsOf(reading, stored, changes),
      },
    };
    return { changes, read, ...(found?.reportHash !== reportHash && { report }) };
  };

  /** Reads the page, and keeps what it changes. Answers the session as it is now, unless something else moved it. */
  const take = async (session: SessionRow): Promise<Taken | 'moved'> => {
    const id = ulid(now());
    const startedAt = new Date(now()).toISOString();
    const stored = await compare(session, id);
    if (stored.changes.length === 0) return { session, stored };
    const text = `reading-${id}`;
    await texts.put(session.id, text, JSON.stringify(stored), now() + CHANGES_KEPT_MS);
    const begun = await sessions.startStoring(session, {
      id,
      text,
      changes: stored.changes.length,
      version: stored.read.readVersion,
      stored: 0,
      startedAt,
    });
    return begun ? { session: begun, stored } : 'moved';
  };

  /** The reading that an earlier run has begun to store. */
  const resume = async (session: SessionRow, text: string): Promise<Taken | 'moved'> => {
    const stored = await texts.get(session.id, text);
    if (stored !== undefined) return { session, stored: JSON.parse(stored) };
    // It has expired, so the page is read anew.
    await sessions.dropReading(session, now());
    return 'moved';
  };

  /** Makes the changes that are left. Answers the session once all are made. */
  const store = async (
    session: SessionRow,
    { changes }: StoredReading,
    deadline: number,
  ): Promise<SessionRow | 'moved' | 'unfinished'> => {
    let current = session;
    const left = changes.slice(session.reading?.stored);
    for (const piece of batched(left, { size: readingStorage.itemsAPiece })) {
      if (now() >= deadline) return 'unfinished';
      const stored = (current.reading?.stored ?? 0) + piece.length;
      const progress = 20 + Math.floor((75 * stored) / changes.length);
      const after = await readingStorage.storePiece(current, piece, { progress, now: now() });
      if (!after) return 'moved';
      current = after;
    }
    return current;
  };

  const record = async (
    { id, workspaceId, projectId, reading }: SessionRow,
    changes: readonly ItemChange[],
  ) => {
    if (!reading) return;
    await history.put({
      workspaceId,
      id: reading.id,
      kind: 'plan_read',
      projectId,
      sessionId: id,
      outcome: 'done',
      startedAt: reading.startedAt,
      endedAt: new Date(now()).toISOString(),
      counts: countWords(changes.map(({ change }) => `items.${change}`)),
      errors: [],
    });
  };

  const finish = async (
    session: SessionRow,
    { changes, read, report }: StoredReading,
  ): Promise<SessionRead> => {
    const { id, reading, found } = session;
    await record(session, changes);
    if (report !== undefined) {
      await texts.put(id, read.found.report, report);
      if (found?.replaced) await texts.remove(id, found.replaced);
    }
    if (!(await sessions.finish(session, read, now()))) return 'moved';
    if (reading) await texts.remove(id, reading.text);
    return 'read';
  };

  const proceed = async (session: SessionRow, deadline: number): Promise<SessionRead> => {
    const { reading } = session;
    const taken = await (reading ? resume(session, reading.text) : take(session));
    if (taken === 'moved') return 'moved';
    const after = await store(taken.session, taken.stored, deadline);
    return typeof after === 'string' ? after : finish(after, taken.stored);
  };

  /** Nothing begins after `deadline` (epoch ms). */
  return async (id: string, deadline: number): Promise<SessionRead> => {
    const row = await sessions.get(id);
    if (!row || !isDue(row, now())) return 'not_due';
    const session = await sessions.begin(row, ulid(now()), now());
    if (!session) return 'moved';
    try {
      return await proceed(session, deadline);
    } catch (error) {
      const known = reasonOf(error);
      if (known) return (await sessions.fail(session, known.reason, now(), known.until)) ? 'failed' : 'moved';
      // If even this fails, the tick finds the session once its run counts as dead.
      await sessions.fail(session, FAULT, now()).catch(() => {});
      throw error;
    }
  };
};

export type ReadSession = ReturnType<typeof readSession>;
