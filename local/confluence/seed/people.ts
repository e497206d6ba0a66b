import type { Person } from '../store/model.ts';

const human = (number: number, displayName: string, email: string): Person => ({
  id: `712020:0a1b2c3d-0000-4000-8000-00000000000${number}`,
  displayName,
  email,
  accountType: 'atlassian',
  accountStatus: 'active',
  isAdmin: false,
});

export const ADMIN: Person = { ...human(1, 'Ada Okafor', 'ada@example.com'), isAdmin: true };
export const EDITOR = human(2, 'Bruno Keller', 'bruno@example.com');
export const SECOND_EDITOR = human(3, 'Chiara Conti', 'chiara@example.com');
const LEAVER: Person = {
  ...human(4, 'Dag Holm', 'dag@example.com'),
  accountStatus: 'inactive',
};

/** The account of the first service account. */
export const SERVICE: Person = {
  ...human(5, 'Planning Service', 'planning-service@serviceaccount.example.com'),
  accountType: 'app',
};

export const people: readonly Person[] = [ADMIN, EDITOR, SECOND_EDITOR, LEAVER, SERVICE];
