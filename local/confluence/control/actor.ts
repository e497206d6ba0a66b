import { ControlError } from '../../stand-in/control.ts';
import type { Confluence } from '../confluence.ts';
import { EDITOR } from '../seed/people.ts';
import type { Person } from '../store/model.ts';

/** The person that `as` names by account id or by name; the first editor without it. */
export const actorOf = ({ store }: Confluence, as: string | undefined): Person => {
  const people = [...store.all('Person')];
  const person = people.find(({ id, displayName }) => [id, displayName].includes(as ?? EDITOR.id));
  if (!person)
    throw new ControlError(`no person ${as}; there are ${people.map((one) => one.displayName).join(', ')}`);
  return person;
};
