import type { HttpResponse } from '../../../stand-in/http.ts';
import { scopes } from '../../oauth/scopes.ts';
import type { Label } from '../../store/model.ts';
import { addLabels, removeLabel } from '../../store/sharing.ts';
import { type ApiRoute, answer, type Call, noContent } from '../call.ts';
import { v1BadRequest } from '../errors.ts';
import { editablePage, pageOfPath } from './find-content.ts';

const answerLabels = ({ confluence }: Call, labels: Label[]): HttpResponse =>
  answer(200, {
    results: labels.map(({ id, name, prefix }) => ({ id, name, prefix, label: name })),
    start: 0,
    limit: 200,
    size: labels.length,
    _links: { base: `${confluence.siteUrl}/wiki`, context: '/wiki' },
  });

const labels = (call: Call): HttpResponse => answerLabels(call, pageOfPath(call).labels);

const postLabels = (call: Call): HttpResponse => {
  const page = editablePage(call);
  return answerLabels(call, addLabels(call.confluence, page.id, labelsOf(call.request.body)).labels);
};

const labelsOf = (body: string): { name: string; prefix: Label['prefix'] }[] => {
  const cannotParse = v1BadRequest('Could not parse Labels');
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    throw cannotParse;
  }
  return (Array.isArray(given) ? given : [given]).map((label) => {
    const { name, prefix = 'global' } = (label ?? {}) as { name?: unknown; prefix?: unknown };
    if (typeof name !== 'string' || !['global', 'my', 'team'].includes(String(prefix))) throw cannotParse;
    return { name, prefix: prefix as Label['prefix'] };
  });
};

const deleteLabel = (call: Call): HttpResponse => {
  const page = editablePage(call);
  const name = call.parameters.label ?? call.query.get('name');
  if (!name) throw v1BadRequest('name is required');
  removeLabel(call.confluence, page.id, name);
  return noContent();
};

const PATH = '/wiki/rest/api/content/{id}/label';

export const labelRoutes: ApiRoute[] = [
  { route: `GET ${PATH}`, scopes: scopes.readLabelV1, handle: labels },
  { route: `POST ${PATH}`, scopes: scopes.writeLabel, handle: postLabels },
  { route: `DELETE ${PATH}`, scopes: scopes.writeLabel, handle: deleteLabel },
  { route: `DELETE ${PATH}/{label}`, scopes: scopes.writeLabel, handle: deleteLabel },
];
