import { framedPage, type Navigation, type NavigationLink } from '../../stand-in/frame.ts';
import { type Markup, markup } from '../../stand-in/html.ts';
import type { HttpResponse } from '../../stand-in/http.ts';
import { issueListStyle } from './style.ts';
import { pathTo, type Visit } from './visit.ts';

const MAX_SHOWN = 12;

const navigation = (visit: Visit, here: string): Navigation => {
  const { organization, organizations, context } = visit;
  const { view, user } = context;
  const issues = view.collection('Issue');
  const link = (
    path: string,
    name: string,
    query: Record<string, string> = {},
    count?: number,
  ): NavigationLink => {
    const href = pathTo(visit, path, query);
    return { href, name, isCurrent: href === here, count };
  };
  const teams = view.rows('Team').slice(0, MAX_SHOWN);
  const projects = [...view.collection('Project').sortedBy('updatedAt').newestFirst()];
  const active = projects.filter(({ archivedAt }) => archivedAt === null);
  const others = organizations.filter(({ id }) => id !== organization.id);
  const ofTeam = (id: string) => issues.idsBy('teamId', id).size;
  const ofProject = (id: string) => issues.idsBy('projectId', id).size;
  return {
    label: 'Workspace',
    brand: markup`${organization.name} <span>local Linear</span>`,
    groups: [
      {
        links: [
          link('/', 'All issues', {}, issues.size),
          link('/projects', 'Projects', {}, active.length),
          link('/activity', 'Activity'),
        ],
      },
      { heading: 'Teams', links: teams.map(({ id, name }) => link('/', name, { team: id }, ofTeam(id))) },
      {
        heading: 'Projects',
        links: active
          .slice(0, MAX_SHOWN)
          .map(({ id, name }) => link('/', name, { project: id }, ofProject(id))),
      },
      ...(others.length > 0
        ? [
            {
              heading: 'Other workspaces',
              links: others.map(({ id, name }) => ({ href: `/?organization=${id}`, name })),
            },
          ]
        : []),
    ],
    note: `You are ${user.name}, an admin. What you do here reaches the application as it would from Linear.`,
  };
};

interface Content {
  title: string;
  /** The path of this page, which the navigation marks. */
  here: string;
  content: Markup;
  alert?: string | undefined;
  status?: number;
}

/** A page of the workspace, with its navigation. */
export const framed = (visit: Visit, { title, here, ...page }: Content): HttpResponse =>
  framedPage({
    ...page,
    title: `${title} · ${visit.organization.name}`,
    navigation: navigation(visit, here),
    style: issueListStyle,
  });
