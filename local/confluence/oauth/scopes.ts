/** The scopes that each allow a call: one of the lists must be had in full. */
export type Scopes = readonly (readonly string[])[];

/** Scopes by call: the granular ones, or the classic one. */
export const scopes = {
  readPage: [['read:page:confluence'], ['read:confluence-content.all']],
  writePage: [['write:page:confluence'], ['write:confluence-content']],
  deletePage: [['delete:page:confluence'], ['write:confluence-content']],
  readProperty: [['read:page:confluence'], ['read:confluence-props']],
  writeProperty: [['read:page:confluence', 'write:page:confluence'], ['write:confluence-props']],
  readTree: [['read:hierarchical-content:confluence'], ['read:confluence-content.summary']],
  readAncestors: [['read:content.metadata:confluence'], ['read:confluence-content.summary']],
  readSpace: [['read:space:confluence'], ['read:confluence-space.summary']],
  readTask: [['read:task:confluence'], ['read:confluence-content.all']],
  writeTask: [['write:task:confluence'], ['write:confluence-content']],
  readUsers: [['read:user:confluence'], ['read:confluence-user']],
  readMe: [['read:content-details:confluence'], ['read:confluence-user']],
  search: [['search:confluence']],
  readRestriction: [['read:content.restriction:confluence'], ['read:confluence-content.permission']],
  readLabelV1: [['read:label:confluence'], ['read:confluence-content.summary']],
  writeLabel: [['write:label:confluence'], ['write:confluence-content']],
} satisfies Record<string, Scopes>;

/** What the first service account may do: everything that the API here has, except deleting pages. */
export const firstScopes: string[] = [
  'read:page:confluence',
  'write:page:confluence',
  'read:content.property:confluence',
  'write:content.property:confluence',
  'read:hierarchical-content:confluence',
  'read:content.metadata:confluence',
  'read:space:confluence',
  'read:task:confluence',
  'write:task:confluence',
  'read:user:confluence',
  'read:content-details:confluence',
  'read:content.restriction:confluence',
  'read:label:confluence',
  'write:label:confluence',
  'read:confluence-user',
  'search:confluence',
];
