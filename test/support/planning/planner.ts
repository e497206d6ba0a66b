import { plannerStores, planningUseCases } from '../../../shared/composition/planning.ts';
import type { Db } from '../../../shared/data/client.ts';
import { projectsTable } from '../../../shared/data/mirror/projects.ts';
import type { WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { mirrorOf } from '../../../shared/domain/mirror/project.ts';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import { decideItem } from '../../../shared/use-cases/planning/items/decide-item.ts';
import { askReading } from '../../../shared/use-cases/planning/sessions/ask-reading.ts';
import { createSession } from '../../../shared/use-cases/planning/sessions/create-session.ts';
import { tableNames } from '../../../testing/tables.ts';
import { startPlanningSites } from '../confluence/planning-sites.ts';

const RUN_MS = 240_000;
const silent = { warn: () => {}, error: () => {}, info: () => {}, count: () => {} };

/** The local Confluence and a real engine, and the use cases of planning on both. */
export const startPlanner = async () => {
  const sites = await startPlanningSites();
  const { tables, control, now } = sites;
  const projects = projectsTable(tables.db, 'projects');

  /** One function, with caches of its own, perhaps on a database that fails. */
  const container = (db: Db = tables.db) => {
    const stores = plannerStores(db, tableNames);
    const clients = sites.container();
    const outcomes: unknown[] = [];
    const info = (_: string, { outcome }: Record<string, unknown>) => outcomes.push(outcome);
    const outside = { ...silent, ...stores, projects, now, info, confluence: clients.confluence };
    const deps = { ...outside, confluence: clients.withConfluence, startReading: async () => {} };
    const { serve } = planningUseCases(outside);
    return {
      ...stores,
      create: createSession(deps),
      ask: askReading(deps),
      decide: decideItem(deps),
      /** Reads the page of a session if it is due. Answers the outcome of each session. */
      async read(sessionId: string): Promise<unknown[]> {
        await serve({ workspaceId: '', sessionIds: [sessionId] }, now() + RUN_MS);
        return outcomes.splice(0);
      },
    };
  };

  const connectSite = (workspace: WorkspaceRow) => sites.container().connect(workspace, sites.wanted());

  let number = 0;
  /** A page of space PLAN with this storage. Answers its id. */
  const newPage = async (storage: string, { editor = false } = {}): Promise<string> => {
    const page = { title: `Plan ${++number}`, storage, editor };
    const { pages } = await control<{ pages: { id: string }[] }>('POST', 'seed', { pages: [page] });
    return pages[0]?.id ?? '';
  };
  const edit = (pageId: string, change: object) => control('POST', `pages/${pageId}/edit`, change);
  const addressOf = (pageId: string) => `${sites.local.siteUrl}/wiki/pages/viewpage.action?pageId=${pageId}`;

  /** A workspace with a project, connected to the local Confluence. */
  const newPlanningWorkspace = async () => {
    const workspace = await sites.newWorkspace();
    await connectSite(workspace);
    const linearProjectId = `linear-${workspace.id}`;
    const at = new Date(now()).toISOString();
    const snapshot = {
      linearProjectId,
      name: 'Checkout',
      description: '',
      linearUrl: 'https://linear.app/p',
      linearState: 'started',
      linearTeamIds: ['team-1'],
      linearUpdatedAt: at,
      archivedThere: false,
      seenAt: at,
    };
    await projects.mirror(mirrorOf(snapshot, workspace.id), {
      revival: () => newSync('revival', 'project', { now: now() }),
      now: now(),
    });
    return { workspace, projectId: derivedId('project', linearProjectId) };
  };

  /** A session of a page, read once, and what people see of it. */
  const plan = async (pageId: string, in_?: Awaited<ReturnType<typeof newPlanningWorkspace>>) => {
    const { workspace, projectId } = in_ ?? (await newPlanningWorkspace());
    const planner = container();
    const request = { confluencePageUrl: addressOf(pageId), projectId };
    const { session } = await planner.create(workspace, request, 'auth0|owner');
    await planner.read(session.id);
    const { id } = session;
    const now_ = async () => {
      const row = await planner.sessions.get(id);
      if (!row) throw new Error('The session is gone.');
      return row;
    };
    const items = async () =>
      (await planner.items.all(id)).sort((one, other) => (one.place < other.place ? -1 : 1));
    return {
      ...planner,
      id,
      workspace,
      projectId,
      row: now_,
      items,
      /** `title` and state of every item, in the order of the page, without those that are plainly there. */
      seen: async () =>
        (await items()).map(({ title, state }) => (state === 'present' ? title : `${title} (${state})`)),
      item: async (title: string) => {
        const found = (await items()).find((item) => item.title === title);
        if (!found) throw new Error(`There is no item ${title}.`);
        return found;
      },
      /** Asks for a reading, and reads. */
      async again(): Promise<unknown[]> {
        await planner.ask(await now_());
        return planner.read(id);
      },
    };
  };

  return { ...sites, container, newPage, edit, newPlanningWorkspace, connectSite, plan, addressOf };
};
