import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Clock, HOUR_MS } from '../../stand-in/clock.ts';
import type { Confluence } from '../confluence.ts';
import { editorSave } from '../storage/editor-save.ts';
import { saveDraft } from '../store/drafts.ts';
import { archivePage, trashPage } from '../store/lifecycle.ts';
import type { Page, Space } from '../store/model.ts';
import { createPage } from '../store/pages.ts';
import { addLabels, restrictPage } from '../store/sharing.ts';
import { seedCredentials } from './credentials.ts';
import { largeTable } from './large-table.ts';
import { type SeedPage, seedPages } from './pages.ts';
import { ADMIN, EDITOR, people, SECOND_EDITOR } from './people.ts';

/** The version of the stored data. Data of another version is deleted, except for the credentials. */
export const FORMAT = 1;

const PLAN_ID = '294916';

/** A task with an id that no JavaScript number holds. */
const TASK_ID = '9007199254740997';

/** The body of a seed page. */
export const bodyOf = (file: string): string =>
  file === 'large-table'
    ? largeTable()
    : readFileSync(join(import.meta.dirname, 'pages', `${file}.xml`), 'utf8').trimEnd();

/** Bodies as the editor saved them, by title. A reset needs them again, and the large one takes time. */
const saved = new Map<string, string>();

const storageOf = ({ title, file, editor = false }: SeedPage): string => {
  const known = saved.get(title);
  if (known !== undefined) return known;
  const body = bodyOf(file);
  const storage = editor ? editorSave(body, `seed ${title}`) : body;
  saved.set(title, storage);
  return storage;
};

/** The age of the seed. Its tasks and the search index are complete from the start. */
const AGE_MS = 24 * HOUR_MS;

/** Adds the first people, spaces and pages. */
export const seed = (present: Confluence): void => {
  const { store, clock } = present;
  const confluence = { ...present, clock: new Clock(clock.offsetMs - AGE_MS) };
  store.write((transaction) => {
    transaction.set('Setting', { id: 'clock', value: clock.offsetMs });
    for (const person of people) transaction.set('Person', person);
    seedCredentials(confluence, transaction);
  });
  seedSpace(confluence, { id: PLAN_ID, key: 'PLAN', name: 'Planning', type: 'global' }, '295028');
  seedSpace(confluence, { id: '294920', key: 'DOCS', name: 'Documents', type: 'global' }, '295030');
  const ada = `~${ADMIN.id.replace(/\W/g, '')}`;
  seedSpace(confluence, { id: '294924', key: ada, name: ADMIN.displayName, type: 'personal' }, '295032');
  const ids = new Map<string, string>();
  for (const page of seedPages) ids.set(page.title, seedPage(confluence, page, ids).id);
  createPage(confluence, {
    spaceId: '294920',
    title: 'Not for the service',
    storage: '<p>Only people read this.</p>',
    authorId: ADMIN.id,
  });
  // Written last, so that a start that was killed in the middle begins again.
  store.set('Setting', { id: 'format', value: FORMAT });
};

const seedSpace = (
  confluence: Confluence,
  space: Pick<Space, 'id' | 'key' | 'name' | 'type'>,
  homepageId: string,
): void => {
  const { store, clock } = confluence;
  const row: Space = { ...space, authorId: ADMIN.id, createdAt: clock.iso(), homepageId: null };
  store.set('Space', row);
  createPage(confluence, {
    id: homepageId,
    spaceId: space.id,
    title: `${space.name} home`,
    storage: bodyOf('home'),
    authorId: ADMIN.id,
    parentId: null,
  });
  store.set('Space', { ...row, homepageId });
};

const seedPage = (confluence: Confluence, values: SeedPage, ids: Map<string, string>): Page => {
  const { store } = confluence;
  const { title, file, id, parent, live = false, isPlanning = false, propertyId } = values;
  const page = createPage(confluence, {
    spaceId: PLAN_ID,
    title,
    storage: storageOf(values),
    authorId: EDITOR.id,
    subtype: live ? 'live' : null,
    ...(id && { id }),
    ...(parent && { parentId: ids.get(parent) ?? null }),
    ...(values.sourceTemplateEntityId && { sourceTemplateEntityId: values.sourceTemplateEntityId }),
  });
  const labels = values.labels ?? (isPlanning ? ['planning'] : []);
  if (labels.length > 0)
    addLabels(
      confluence,
      page.id,
      labels.map((name) => ({ name })),
    );
  const version = { number: 1, message: '', authorId: EDITOR.id, createdAt: page.createdAt };
  if (propertyId)
    store.set('Property', {
      id: propertyId,
      pageId: page.id,
      key: 'page-title-property-published',
      value: { emoji: '1f6d7' },
      version,
    });
  if (file === 'task-list') seedTask(confluence, page);
  follow(confluence, values, page.id);
  return page;
};

/** The first task of the task list, under an id of its own; the others get theirs when the tasks are read. */
const seedTask = ({ store }: Confluence, { id: pageId, authorId, createdAt }: Page): void =>
  store.set('Task', {
    id: TASK_ID,
    pageId,
    localId: '1',
    status: 'incomplete',
    body: '',
    createdBy: authorId,
    assignedTo: null,
    completedBy: null,
    createdAt,
    updatedAt: createdAt,
    dueAt: null,
    completedAt: null,
  });

const follow = (confluence: Confluence, { next }: SeedPage, pageId: string): void => {
  switch (next) {
    case 'archive':
      archivePage(confluence, pageId);
      break;
    case 'trash':
      trashPage(confluence, pageId);
      break;
    case 'restrict-view':
      restrictPage(confluence, pageId, { read: [ADMIN.id, EDITOR.id], update: [] });
      break;
    case 'restrict-edit':
      restrictPage(confluence, pageId, { read: [], update: [ADMIN.id, EDITOR.id] });
      break;
    case 'open-draft':
      saveDraft(confluence, pageId, { authorId: SECOND_EDITOR.id, title: 'PI 3 draft, second try' });
      break;
    case undefined:
  }
};
