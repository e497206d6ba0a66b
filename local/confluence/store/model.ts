/** A human, or the account of a service. `id` is the account id. */
export interface Person {
  id: string;
  displayName: string;
  email: string;
  accountType: 'atlassian' | 'app';
  accountStatus: 'active' | 'inactive';
  isAdmin: boolean;
}

export interface Space {
  id: string;
  key: string;
  name: string;
  type: 'global' | 'personal';
  authorId: string;
  createdAt: string;
  homepageId: string | null;
}

export type PageStatus = 'current' | 'archived' | 'trashed' | 'draft';

export interface Label {
  id: string;
  name: string;
  prefix: 'global' | 'my' | 'team' | 'system';
}

/** The account ids that may; an empty list restricts nobody. */
export interface Restrictions {
  read: string[];
  update: string[];
}

export interface Page {
  id: string;
  spaceId: string;
  title: string;
  status: PageStatus;
  /** A live document; null for a page that is published. */
  subtype: 'live' | null;
  parentId: string | null;
  position: number | null;
  authorId: string;
  ownerId: string;
  createdAt: string;
  /** The number of its newest version. */
  version: number;
  labels: Label[];
  restrictions: Restrictions;
  /** When anything that lists and searches show changed last. */
  changedAt: string;
  /** When the tasks of its newest version become visible; null once they are. */
  tasksDueAt: string | null;
  /** The template that it was made from. */
  sourceTemplateEntityId?: string;
}

/** One version of a page. Its row id stays when deleting an older version moves its number. */
export interface Version {
  id: string;
  pageId: string;
  number: number;
  title: string;
  storage: string;
  message: string;
  minorEdit: boolean;
  authorId: string;
  createdAt: string;
}

/** What somebody edited and has not published. `id` is the page's. */
export interface Draft {
  id: string;
  title: string;
  storage: string;
  authorId: string;
  updatedAt: string;
}

export interface Property {
  id: string;
  pageId: string;
  key: string;
  value: unknown;
  version: { number: number; message: string; authorId: string; createdAt: string };
  /** It is not answered before this time. */
  visibleAt?: string;
}

export interface Task {
  id: string;
  pageId: string;
  /** The text of `ac:task-id`. */
  localId: string;
  status: 'complete' | 'incomplete';
  body: string;
  createdBy: string;
  assignedTo: string | null;
  completedBy: string | null;
  createdAt: string;
  updatedAt: string;
  dueAt: string | null;
  completedAt: string | null;
}
