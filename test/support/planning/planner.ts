import { plannerStores, planningUseCases } from '../../../shared/composition/planning.ts';
import { projectsTable } from '../../../shared/data/mirror/projects.ts';
import type { WorkspaceRow } from '../../../shared/data/workspaces/workspace-row.ts';
import { derivedId } from '../../../shared/domain/ids.ts';
import { mirrorOf } from '../../../shared/domain/mirror/project.ts';
import { newSync } from '../../../shared/domain/mirror/sync.ts';
import { decideItem } from '../../../shared/use-cases/planning/items/decide-item.ts';
import { askReading } from '../../../shared/use-cases/planning/sessions/ask-reading.ts';
import { changeSession } from '../../../shared/use-cases/planning/sessions/change-session.ts';
import { createSession } from '../../../shared/use-cases/planning/sessions/create-session.ts';
import { tableNames } from '../../../testing/tables.ts';
import { startPlanningSites } from '../confluence/planning-sites.ts';
import { type Step, stepping, steppingApi } from './steps.ts';

const RUN_MS = 240_000;

type Container = { step?: Step; itemsAPiece?: number };
const silent = { warn: () => {}, error: () => {}, info: () => {}, count: () => {} };

/** The local Confluence and a real engine, and the use cases of planning on both. */
export const startPlanner = async () => {
  const sites = await startPlanningSites();
  const { tables, control, now } = sites;
  const projects = projectsTable(tables.db, 'projects');

  /** One function, with caches of its own; each of its operations and requests goes through `step`. */
  const container = ({ step = (_, call) => call(), itemsAPiece }: Container = {}) => {
    const plain = plannerStores(stepping(tables.db, step), tableNames);
    const stores = {
      ...plain,
      readingStorage: { ...plain.readingStorage, ...(itemsAPiece && { itemsAPiece }) },
    };
    const clients = sites.container({
      around: (api) => steppingApi(api, step),
      ...{ sites: stores.sites, workspaces: stores.workspaces },
    });
    const outcomes: unknown[] = [];
    const info = (_: string, { outcome }: Record<string, unknown>) => outcomes.push(outcome);
    const outside = { ...silent, ...stores, projects, now, info, confluence: clients.api };
    const deps = { ...outside, confluence: clients.withConfluence, startReading: async () => {} };
    const { serve } = planningUseCases(outside);
    return {
      ...stores,
      withConfluence: clients.withConfluence,
      create: createSession(deps),
      change: changeSession(deps),
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

  /** A project of a workspace, which belongs to these teams in Linear. Answers its id. */
  const newProject = async (workspace: WorkspaceRow, linearTeamIds: string[]): Promise<string> => {
    const linearProjectId = `linear-${++number}-${workspace.id}`;
    const at = new Date(now()).toISOString();
    const snapshot = {
      linearProjectId,
      name: 'Checkout',
      description: '',
      linearUrl: 'https://linear.app/p',
      linearState: 'started',
      linearTeamIds,
      linearUpdatedAt: at,
      archivedThere: false,
      seenAt: at,
    };
    await projects.mirror(mirrorOf(snapshot, workspace.id), {
      revival: () => newSync('revival', 'project', { now: now() }),
      now: now(),
    });
    return derivedId('project', linearProjectId);
  };

  /** A workspace with a project, connected to the local Confluence. */
  const newPlanningWorkspace = async ({ teams = ['team-1'] } = {}) => {
    const workspace = await sites.newWorkspace();
    await connectSite(workspace);
    return { workspace, projectId: await newProject(workspace, teams) };
  };

  /** A session of a page, read once, and what people see of it. */
  const plan = async (
    pageId: string,
    in_?: Awaited<ReturnType<typeof newPlanningWorkspace>>,
    { isRead = true } = {},
  ) => {
    const { workspace, projectId } = in_ ?? (await newPlanningWorkspace());
    const planner = container();
    const request = { confluencePageUrl: addressOf(pageId), projectId };
    const { session } = await planner.create(workspace, request, 'auth0|owner');
    if (isRead) await planner.read(session.id);
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
      items_: planner.items,
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

  return {
    ...sites,
    container,
    newPage,
    edit,
    newProject,
    newPlanningWorkspace,
    connectSite,
    plan,
    addressOf,
  };
};
