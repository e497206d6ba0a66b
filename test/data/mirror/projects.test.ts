import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Projects, projectsTable } from '../../../shared/data/mirror/projects.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { mirrorOf, type ProjectSnapshot } from '../../../shared/domain/mirror/project.ts';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import { startTables, type TestTables, tamper } from '../../../testing/tables.ts';

let tables: TestTables;
let projects: Projects;
beforeAll(async () => {
  tables = await startTables();
  projects = projectsTable(tables.db, 'projects');
});
afterAll(() => tables.stop());

const now = Date.parse('2026-11-02T12:00:00.000Z');
const revival = () => newSync('revival', 'project', { now });
let number = 0;
let linearProjectId: string;
beforeEach(() => {
  linearProjectId = `project-${++number}`;
});

const mirror = (changes: Partial<ProjectSnapshot> = {}, workspaceId = 'workspace-1') => {
  const snapshot = {
    linearProjectId,
    name: 'Checkout',
    description: '',
    linearUrl: 'https://linear.app/p',
    linearState: 'started',
    linearTeamIds: ['team-1', 'team-2'],
    linearUpdatedAt: '2026-11-02T10:00:00.000Z',
    archivedThere: false,
    seenAt: '2026-11-02T10:00:01.000Z',
    ...changes,
  };
  return projects.mirror(mirrorOf(snapshot, workspaceId), { revival, now });
};
const stored = async () => {
  const row = await projects.get(derivedId('project', linearProjectId));
  if (!row) throw new Error('no row');
  return row;
};
const LATER = '2026-11-02T11:00:00.000Z';

describe('mirror', () => {
  test('creates, updates or keeps a project in one operation each', async () => {
    tables.operations();
    expect(await mirror()).toBe('created');
    expect(await mirror({ name: 'Till', linearUpdatedAt: LATER })).toBe('updated');
    expect(await mirror({ name: 'Till', linearUpdatedAt: LATER, seenAt: LATER })).toBe('unchanged');
    expect(tables.operations()).toEqual(Array(3).fill('UpdateItem projects'));
  });

  test('keeps the newer name when events arrive out of order', async () => {
    await mirror({ name: 'New', linearUpdatedAt: LATER });
    expect(await mirror({ name: 'Old' })).toBe('unchanged');
    expect((await stored()).name).toBe('New');
  });

  test('keeps the later of two reads of one edit, since a removal may not change `updatedAt`', async () => {
    await mirror();
    expect(await mirror({ archivedThere: true, seenAt: LATER })).toBe('updated');
    expect(await mirror()).toBe('unchanged');
    expect((await stored()).archivedThere).toBe(true);
  });

  test('ignores the order of teams', async () => {
    await mirror();
    expect(await mirror({ linearTeamIds: ['team-2', 'team-1'], seenAt: LATER })).toBe('unchanged');
  });

  test('never restores a project that a user archived here, nor writes to another workspace', async () => {
    await mirror();
    await projects.archiveHere(await stored(), undefined, now);
    await mirror({ name: 'Renamed', linearUpdatedAt: LATER });
    expect(await stored()).toMatchObject({ name: 'Renamed', archivedHere: true });
    expect(await mirror({ name: 'Taken', linearUpdatedAt: '2026-11-03T00:00:00.000Z' }, 'workspace-2')).toBe(
      'unchanged',
    );
    expect((await stored()).name).toBe('Renamed');
  });

  test('overwrites a row whose edit lies in the future', async () => {
    await mirror({ name: 'Old' });
    const FAR = '9999-12-31T23:59:59.999Z';
    const { id } = await stored();
    await tamper(tables.db, 'projects', { id }, { set: { linearUpdatedAt: FAR, seenAt: FAR } });
    expect(await mirror({ name: 'New', seenAt: '2026-11-02T12:00:00.000Z' })).toBe('updated');
    expect(await stored()).toMatchObject({ name: 'New', linearUpdatedAt: '2026-11-02T10:00:00.000Z' });
  });

  test('asks for an import in the same write that makes a project active again', async () => {
    await mirror({ archivedThere: true });
    expect((await stored()).sync).toBeUndefined();
    expect(await mirror({ linearUpdatedAt: LATER })).toBe('revived');
    expect(await stored()).toMatchObject({ archivedThere: false, sync: { historyId: 'revival' } });
    expect(await projects.due(now)).toContainEqual({ id: (await stored()).id, workspaceId: 'workspace-1' });
    expect(await mirror({ linearUpdatedAt: LATER })).toBe('unchanged');
  });

  test.each(['completed', 'canceled'])(
    'asks for an import when a %s project is open again, and not while it is closed for another reason',
    async (linearState) => {
      await mirror({ linearState });
      const at = (day: number) => `2026-11-0${day}T00:00:00.000Z`;
      expect(await mirror({ linearState, archivedThere: true, linearUpdatedAt: at(3) })).toBe('updated');
      expect(await mirror({ linearState, linearUpdatedAt: at(4) })).toBe('updated');
      expect((await stored()).sync).toBeUndefined();
      expect(await mirror({ linearState: 'started', linearUpdatedAt: at(5) })).toBe('revived');
      expect(await stored()).toMatchObject({ linearState: 'started', sync: { historyId: 'revival' } });
      expect(await mirror({ linearState: 'paused', linearUpdatedAt: at(6) })).toBe('updated');
    },
  );
});

describe('an import', () => {
  test('is shared by concurrent requests, and only one of two runs saves its progress', async () => {
    await mirror();
    const { id } = await stored();
    const asked = await Promise.all(
      ['a', 'b', 'c'].map((historyId) => projects.askSync(id, newSync(historyId, 'project', { now }), now)),
    );
    expect(new Set(asked.map((each) => each?.historyId)).size).toBe(1);
    const row = await stored();
    const next = {
      ...newSync('a', 'project', { now }),
      cursor: 'page 2',
      historyId: row.sync?.historyId ?? '',
    };
    const saved = await Promise.all([1, 2].map(() => projects.saveSync(row, next, now + 60_000)));
    expect(saved.filter(Boolean)).toHaveLength(1);
    expect(await projects.due(now)).not.toContainEqual({ id, workspaceId: 'workspace-1' });
    expect(await projects.saveSync(await stored(), undefined, now)).toBe(true);
    expect(await stored()).not.toHaveProperty('dueAt');
  });
});
