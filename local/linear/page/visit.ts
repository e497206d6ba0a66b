import { type Context, contextOf } from '../graphql/context.ts';
import type { Linear } from '../linear.ts';
import type { Organization } from '../store/model.ts';

/** A visit to the pages by the human admin of one organization. */
export interface Visit {
  organization: Organization;
  organizations: Organization[];
  context: Context;
}

/** A visit to the organization with the id; to the first one for null. */
export const visitOf = (linear: Linear, organizationId: string | null): Visit | undefined => {
  const organizations = [...linear.store.all('Organization')];
  const organization = organizationId
    ? organizations.find(({ id }) => id === organizationId)
    : organizations[0];
  if (!organization) return undefined;
  const people = [...linear.store.collection('User', organization.id).values()];
  const user = people.find(({ admin, app }) => admin && !app);
  if (!user) return undefined;
  const caller = { organizationId: organization.id, user, applicationId: null, scope: null };
  return { organization, organizations, context: contextOf(linear, caller) };
};

/** The URL of another page in the same organization. */
export const pathTo = (
  { organization, organizations }: Visit,
  path: string,
  query: Record<string, string | null | undefined> = {},
): string => {
  const isOnly = organization.id === organizations[0]?.id;
  const params = new URLSearchParams(isOnly ? {} : { organization: organization.id });
  for (const [name, value] of Object.entries(query)) if (value) params.set(name, value);
  const text = params.toString();
  return text ? `${path}?${text}` : path;
};
