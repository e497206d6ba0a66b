import { ControlError } from '../../stand-in/control.ts';
import type { HttpRequest } from '../../stand-in/http.ts';
import { applicationOf, type Linear } from '../linear.ts';
import { installationOf } from '../oauth/installations.ts';
import type { Organization } from '../store/model.ts';
import type { Application, Installation } from '../store/tables.ts';

/** The organization of `?organization=ID`; the first one without the parameter. */
export const theOrganization = ({ store }: Linear, { url }: HttpRequest): Organization => {
  const id = url.searchParams.get('organization');
  const all = [...store.all('Organization')];
  const organization = id ? all.find((one) => one.id === id) : all[0];
  if (!organization)
    throw new ControlError(`no organization ${id}; there are ${all.map((one) => one.id).join(', ')}`);
  return organization;
};

/** The application of `?application=CLIENT_ID`; without it, the one that this Linear was started for. */
export const theApplication = (linear: Linear, { url }: HttpRequest): Application => {
  const clientId = url.searchParams.get('application');
  if (!clientId) return applicationOf(linear);
  const application = [...linear.store.all('Application')].find((one) => one.clientId === clientId);
  if (!application) throw new ControlError(`no application with the client id ${clientId}`);
  return application;
};

export const theInstallation = (linear: Linear, request: HttpRequest): Installation => {
  const organization = theOrganization(linear, request);
  const application = theApplication(linear, request);
  const installation = installationOf(linear.store, organization.id, application.id);
  if (!installation) {
    throw new ControlError(`the application ${application.name} is not installed in ${organization.name}`);
  }
  return installation;
};
