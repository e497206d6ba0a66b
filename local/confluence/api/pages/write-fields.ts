import type { Page } from '../../store/model.ts';
import { bodyOf, type Call } from '../call.ts';
import { badRequest, invalid, notImplemented } from '../errors.ts';
import { checkId } from '../parameters.ts';

const MAX_MESSAGE_LENGTH = 255;

export interface PageFields {
  title: string;
  status: 'current' | 'draft';
  storage: string;
  /** `version.number`; 1 for a new page. */
  number: number;
  message: string;
  /** Absent where the parent stays. */
  parentId?: string;
  ownerId?: string;
}

/** Reads the body of a create (`page` is null) or an update. Throws a 400 that names the field. */
export const readPageFields = (call: Call, page: Page | null): PageFields => {
  const body = bodyOf(call);
  if (page && checkId(textOf(body, 'id'), 'id') !== page.id)
    throw invalid(`The id of the body is ${body.id}, and that of the path is ${page.id}`);
  if (page && body.spaceId !== undefined && String(body.spaceId) !== page.spaceId)
    throw invalid(`The space of a page cannot change: it is ${page.spaceId}`);
  const status = page || body.status !== undefined ? textOf(body, 'status') : 'current';
  if (status !== 'current' && status !== 'draft')
    throw invalid(`status must be current or draft, not ${status}`);
  const version = page ? versionOf(body) : { number: 1, message: '' };
  const { parentId, ownerId } = body;
  return {
    title: textOf(body, 'title'),
    status,
    storage: storageOf(body.body),
    number: version.number,
    message: checkMessage(call, version.message),
    ...(parentId !== undefined && parentId !== null && { parentId: checkId(String(parentId), 'parentId') }),
    ...(typeof ownerId === 'string' && { ownerId }),
  };
};

/** A required text of the body. Ids may be sent as numbers. */
export const textOf = (body: Record<string, unknown>, name: string): string => {
  const value = body[name];
  if (typeof value === 'number' && /id$/i.test(name)) return String(value);
  if (typeof value !== 'string' || value === '') throw invalid(`${name} must be given, as a text`);
  return value;
};

const versionOf = (body: Record<string, unknown>): { number: number; message: string } => {
  const { number, message } = (body.version ?? {}) as { number?: unknown; message?: unknown };
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1)
    throw invalid('version.number must be given, as a whole number above 0');
  if (message !== undefined && message !== null && typeof message !== 'string')
    throw invalid('version.message must be a text');
  return { number, message: message ?? '' };
};

const checkMessage = ({ confluence }: Call, message: string): string => {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  if (confluence.switches.values.messageLimit === 'truncate') return message.slice(0, MAX_MESSAGE_LENGTH);
  throw badRequest(`version.message must not be longer than ${MAX_MESSAGE_LENGTH} characters`);
};

/** The body by itself, or below the name of its representation. */
const storageOf = (body: unknown): string => {
  if (typeof body !== 'object' || body === null) throw invalid('body must be given');
  const given = ('representation' in body ? body : ((body as { storage?: unknown }).storage ?? body)) as {
    representation?: unknown;
    value?: unknown;
  };
  const representation = given.representation ?? Object.keys(body)[0];
  if (representation !== 'storage') throw notImplemented(`a body in the representation ${representation}`);
  if (typeof given.value !== 'string') throw invalid('body.value must be a text');
  return given.value;
};
