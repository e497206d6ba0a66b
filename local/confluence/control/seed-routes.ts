import * as z from 'zod';
import { ControlError, readJson } from '../../stand-in/control.ts';
import { json } from '../../stand-in/http.ts';
import type { Routes } from '../../stand-in/routes.ts';
import type { Confluence } from '../confluence.ts';
import { addPerson } from '../seed/new-accounts.ts';
import { editorSave } from '../storage/editor-save.ts';
import { normaliseWrite } from '../storage/normalise-write.ts';
import type { Space } from '../store/model.ts';
import { createPage } from '../store/pages.ts';
import { addLabels } from '../store/sharing.ts';
import { actorOf } from './actor.ts';

const SeedBody = z.strictObject({
  spaces: z
    .array(z.strictObject({ key: z.string().regex(/^~?\w{1,255}$/), name: z.string().min(1) }))
    .max(1000)
    .default([]),
  people: z
    .array(z.strictObject({ name: z.string().min(1) }))
    .max(10_000)
    .default([]),
  pages: z
    .array(
      z.strictObject({
        /** The key of its space. */
        space: z.string().default('PLAN'),
        title: z.string(),
        storage: z.string().default(''),
        parentId: z.string().optional(),
        labels: z.array(z.string()).default([]),
        /** Saves it as the text editor does, so that its blocks have local ids. */
        editor: z.boolean().default(false),
        as: z.string().optional(),
      }),
    )
    .max(10_000)
    .default([]),
});

type PageSeed = z.infer<typeof SeedBody>['pages'][number];

/** `POST /_local/seed`: adds spaces, people and pages in bulk. New spaces can be seen and edited by the first account. */
export const seedRoutes = (confluence: Confluence): Routes => ({
  'POST /_local/seed': (request) => {
    const { spaces, people, pages } = SeedBody.parse(readJson(request));
    return json(201, {
      spaces: spaces.map((space) => addSpace(confluence, space)).map(({ id, key }) => ({ id, key })),
      people: people.map(({ name }) => addPerson(confluence, name)).map(({ id }) => ({ accountId: id })),
      pages: pages.map((page) => addPage(confluence, page)),
    });
  },
});

const spaceByKey = ({ store }: Confluence, key: string): Space => {
  const space = [...store.all('Space')].find((one) => one.key === key);
  if (!space) throw new ControlError(`there is no space ${key}`);
  return space;
};

const addSpace = (confluence: Confluence, { key, name }: { key: string; name: string }): Space => {
  const { store, clock } = confluence;
  if ([...store.all('Space')].some((one) => one.key === key))
    throw new ControlError(`there is a space ${key}`);
  const authorId = actorOf(confluence, undefined).id;
  return store.write((transaction) => {
    for (const application of store.all('Application'))
      transaction.set('Application', {
        ...application,
        spaces: {
          read: [...application.spaces.read, key],
          update: [...application.spaces.update, key],
        },
      });
    return transaction.set('Space', {
      id: transaction.nextId(),
      key,
      name,
      type: key.startsWith('~') ? 'personal' : 'global',
      authorId,
      createdAt: clock.iso(),
      homepageId: null,
    });
  });
};

const addPage = (confluence: Confluence, values: PageSeed): { id: string; title: string } => {
  const { title, parentId, labels, editor } = values;
  const result = normaliseWrite(values.storage, confluence.switches.values);
  if ('error' in result) throw new ControlError(`the page ${title}: ${result.error}`);
  const page = createPage(confluence, {
    spaceId: spaceByKey(confluence, values.space).id,
    title,
    storage: editor ? editorSave(result.storage, title) : result.storage,
    authorId: actorOf(confluence, values.as).id,
    ...(parentId !== undefined && { parentId }),
  });
  if (labels.length > 0)
    addLabels(
      confluence,
      page.id,
      labels.map((name) => ({ name })),
    );
  return { id: page.id, title };
};
