import type { HttpResponse } from '../../../stand-in/http.ts';
import type { Confluence } from '../../confluence.ts';
import { scopes } from '../../oauth/scopes.ts';
import type { Page, Property } from '../../store/model.ts';
import { mayEdit } from '../../store/permissions.ts';
import { type ApiRoute, answer, bodyOf, type Call, noContent } from '../call.ts';
import { badRequest, conflict, notFound } from '../errors.ts';
import { answerList } from '../paging.ts';
import { checkId } from '../parameters.ts';
import { pageOfPath } from './find-page.ts';

const MAX_VALUE_BYTES = 32 * 1024;
const MAX_KEY_LENGTH = 255;

/** The properties of a page, without those that Confluence has not written yet. */
export const visibleProperties = ({ store, clock }: Confluence, { id }: Page): Property[] =>
  store.propertiesOf(id).filter(({ visibleAt }) => !visibleAt || Date.parse(visibleAt) <= clock.now());

export const propertyView = ({ id, key, value, version }: Property) => ({
  id,
  key,
  value,
  version: { ...version, minorEdit: false },
});

const properties = (call: Call): HttpResponse => {
  const key = call.query.get('key');
  const rows = visibleProperties(call.confluence, pageOfPath(call));
  const found = rows.filter((property) => key === null || property.key === key);
  return answerList(call, found, { by: () => '' }, propertyView);
};

const propertyOfPath = (call: Call): Property => {
  const page = pageOfPath(call);
  const id = checkId(call.parameters.property ?? '', 'property-id');
  const property = visibleProperties(call.confluence, page).find((one) => one.id === id);
  if (!property) throw notFound();
  return property;
};

const editablePage = (call: Call): Page => {
  const page = pageOfPath(call);
  if (!mayEdit(call.confluence, call.caller, page)) throw notFound();
  return page;
};

const fieldsOf = (call: Call): { key: string; value: unknown; body: Record<string, unknown> } => {
  const body = bodyOf(call);
  const { key, value } = body;
  if (typeof key !== 'string' || key === '' || key.length > MAX_KEY_LENGTH)
    throw badRequest(`key must be a text of 1 to ${MAX_KEY_LENGTH} characters`);
  if (value === undefined) throw badRequest('value must be given; any JSON is allowed');
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes > MAX_VALUE_BYTES)
    throw badRequest(
      `The value of the property is ${bytes} bytes. It must not be larger than ${MAX_VALUE_BYTES}`,
    );
  return { key, value, body };
};

const createProperty = (call: Call): HttpResponse => {
  const { confluence, caller } = call;
  const page = editablePage(call);
  const { key, value } = fieldsOf(call);
  // Also one of Confluence's own that is not visible yet has its key.
  if (confluence.store.propertiesOf(page.id).some((one) => one.key === key))
    throw conflict(`Property with key [${key}] already exists`);
  const version = { number: 1, message: '', authorId: caller.person.id, createdAt: confluence.clock.iso() };
  const property = confluence.store.write((transaction) =>
    transaction.set('Property', { id: transaction.nextId(), pageId: page.id, key, value, version }),
  );
  return answer(200, propertyView(property));
};

const updateProperty = (call: Call): HttpResponse => {
  const { confluence, caller } = call;
  editablePage(call);
  const property = propertyOfPath(call);
  const { key, value, body } = fieldsOf(call);
  if (key !== property.key)
    throw badRequest(`The key of the property is [${property.key}] and cannot change`);
  const { number, message } = (body.version ?? {}) as { number?: unknown; message?: unknown };
  const next = property.version.number + 1;
  if (typeof number !== 'number') throw badRequest('version.number must be a number');
  if (number !== next)
    throw conflict(
      `Version must be incremented when updating a property. Current Version: [${next - 1}]. Provided version: [${number}]`,
    );
  const updated: Property = {
    ...property,
    value,
    version: {
      number,
      message: typeof message === 'string' ? message : '',
      authorId: caller.person.id,
      createdAt: confluence.clock.iso(),
    },
  };
  confluence.store.set('Property', updated);
  return answer(200, propertyView(updated));
};

const deleteProperty = (call: Call): HttpResponse => {
  editablePage(call);
  const { id } = propertyOfPath(call);
  call.confluence.store.write((transaction) => transaction.delete('Property', id));
  return noContent();
};

const PATH = '/wiki/api/v2/pages/{id}/properties';

export const propertyRoutes: ApiRoute[] = [
  { route: `GET ${PATH}`, scopes: scopes.readProperty, isList: true, handle: properties },
  { route: `POST ${PATH}`, scopes: scopes.writeProperty, handle: createProperty },
  {
    route: `GET ${PATH}/{property}`,
    scopes: scopes.readProperty,
    handle: (call) => answer(200, propertyView(propertyOfPath(call))),
  },
  { route: `PUT ${PATH}/{property}`, scopes: scopes.writeProperty, handle: updateProperty },
  { route: `DELETE ${PATH}/{property}`, scopes: scopes.writeProperty, handle: deleteProperty },
];
