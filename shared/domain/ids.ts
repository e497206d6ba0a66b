import { createHmac, hash } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const hash128 = (text: string): Buffer => hash('sha256', text, 'buffer').subarray(0, 16);

type Kind = 'workspace' | 'project' | 'feature' | 'run' | 'session' | 'item';

/**
 * The id of a row that mirrors something. The same source has the same id, so two writers cannot create two rows.
 * 128 bits of SHA-256 in ULID form (26 characters); not ordered by time.
 */
export const derivedId = (kind: Kind, sourceId: string): string => {
  let bits = BigInt(`0x${hash128(`${kind}:${sourceId}`).toString('hex')}`);
  let id = '';
  for (let i = 0; i < 26; i++) {
    id = CROCKFORD[Number(bits & 31n)] + id;
    bits >>= 5n;
  }
  return id;
};

/** Linear accepts only ids in "UUID v4 format", so the version and variant bits are set. */
const uuidOf = (bytes: Buffer): string => {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

const secretUuid = (key: string, source: readonly (string | number)[]): string =>
  uuidOf(createHmac('sha256', key).update(JSON.stringify(source)).digest());

/**
 * The id of the comment for one outcome. Linear refuses an id that is taken, so the comment cannot be posted twice.
 * It is derived with a secret key, so that nobody who knows the public ids can take it first.
 */
export const outcomeCommentId = (
  key: string,
  { featureId, runId, status }: { featureId: string; runId: string; status: string },
): string => secretUuid(key, ['comment', featureId, runId, status]);

/** The id in Linear of what a plan creates, likewise. The same parts always have the same id. */
export const plannedEntityId = (key: string, entity: string, parts: readonly (string | number)[]): string =>
  secretUuid(key, ['plan', entity, ...parts]);
