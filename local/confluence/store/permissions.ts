import type { Content } from './content.ts';
import type { Page, Person, Space } from './model.ts';
import type { Application } from './tables.ts';

/** Who asks: a human sees every space, a service account those it was given. */
export interface Caller {
  person: Person;
  application: Application | null;
}

export const maySeeSpace = ({ application }: Caller, { key }: Space): boolean =>
  application === null || application.spaces.read.includes(key);

/** Whether somebody may see a page. A restriction on viewing holds for everything below the page as well. */
export const maySee = ({ store }: Content, caller: Caller, page: Page): boolean => {
  const space = store.get('Space', page.spaceId);
  if (!space || !maySeeSpace(caller, space)) return false;
  for (let one: Page | undefined = page; one; one = store.get('Page', one.parentId ?? '')) {
    if (!isAmong(one.restrictions.read, caller)) return false;
  }
  return true;
};

export const mayEdit = (content: Content, caller: Caller, page: Page): boolean => {
  const key = content.store.get('Space', page.spaceId)?.key ?? '';
  const { application } = caller;
  return (
    maySee(content, caller, page) &&
    (application === null || application.spaces.update.includes(key)) &&
    isAmong(page.restrictions.update, caller)
  );
};

const isAmong = (accountIds: string[], { person }: Caller): boolean =>
  accountIds.length === 0 || accountIds.includes(person.id);
