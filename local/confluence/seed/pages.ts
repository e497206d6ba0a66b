/** The pages of the seed. `file` is the body in `pages/`; titles of parents are of pages before. */
export interface SeedPage {
  title: string;
  file: string;
  id?: string;
  parent?: string;
  /** Whether the text editor saved it, which gives every block a local id. */
  editor?: boolean;
  isPlanning?: boolean;
  labels?: string[];
  live?: boolean;
  next?: 'archive' | 'trash' | 'restrict-view' | 'restrict-edit' | 'open-draft';
  /** A content property of somebody's app with this id. */
  propertyId?: string;
  sourceTemplateEntityId?: string;
}

const plan = (page: Omit<SeedPage, 'isPlanning'>): SeedPage => ({ ...page, isPlanning: true });

export const seedPages: readonly SeedPage[] = [
  plan({ title: 'PI 1 plan', file: 'pi-1-plan', id: '4096001', editor: true }),
  plan({ title: 'PI 2 objectives', file: 'pi-objectives', editor: true }),
  plan({ title: 'Features of the depots', file: 'feature-table', editor: true }),
  // Its tiny link ends in a slash.
  plan({ title: 'Routes', file: 'feature-table-by-api', id: '4096098' }),
  // Its id is none that a JavaScript number holds.
  plan({
    title: 'Control room requirements',
    file: 'requirements-blueprint',
    id: '9007199254740993',
    editor: true,
    propertyId: '9007199254740995',
  }),
  plan({ title: 'Door and cable stories', file: 'task-list', id: '4096020', editor: true }),
  plan({ title: 'Night and weekend watch', file: 'mixed-layout', editor: true }),
  plan({ title: 'Aufzüge in Altbauten', file: 'aufzuege', labels: [] }),
  plan({ title: 'Remote reset', file: 'commented', editor: true, labels: [] }),
  plan({ title: 'Spare parts of 500 lifts', file: 'large-table', editor: true }),
  plan({ title: 'PI 3 draft', file: 'pi-objectives', editor: true, next: 'open-draft' }),
  plan({ title: 'PI 4 live', file: 'feature-table', editor: true, live: true }),
  plan({ title: 'PI 0 plan', file: 'pi-objectives', next: 'archive' }),
  plan({ title: 'Cancelled plan', file: 'feature-table-by-api', next: 'trash' }),
  plan({ title: 'Staff plan', file: 'pi-objectives', next: 'restrict-view' }),
  plan({ title: 'Signed plan', file: 'feature-table', editor: true, next: 'restrict-edit' }),
  { title: 'Depots', file: 'only-macros', editor: true },
  { title: 'Depot North', file: 'empty', parent: 'Depots' },
  { title: 'Winter service', file: 'how-to', parent: 'Depot North', editor: true },
  plan({ title: 'Winter plan', file: 'feature-table-by-api', parent: 'Winter service' }),
  { title: '2027-01-14 Meeting notes', file: 'meeting-notes', editor: true, labels: ['planning'] },
  { title: 'Retrospective, iteration 3', file: 'retrospective', editor: true },
  { title: 'How to read the event feed', file: 'how-to', editor: true },
  { title: 'Empty page', file: 'empty' },
  { title: 'Plan template', file: 'template', editor: true, sourceTemplateEntityId: '4000001' },
  { title: 'Overview of everything', file: 'only-macros', editor: true },
  { title: 'Status report, week 6', file: 'status-report', editor: true },
];
