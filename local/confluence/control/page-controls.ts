import * as z from 'zod';
import { readJson } from '../../stand-in/control.ts';
import { type HttpRequest, json } from '../../stand-in/http.ts';
import type { Confluence } from '../confluence.ts';
import { editAsHuman } from '../edits.ts';
import { problemOf } from '../storage-problem.ts';
import { commentInline } from '../store/comments.ts';
import { discardDraft, publishDraft, saveDraft } from '../store/drafts.ts';
import {
  archivePage,
  convertPage,
  copyPage,
  deleteVersion,
  movePage,
  purgePage,
  restorePage,
  trashPage,
  unarchivePage,
} from '../store/lifecycle.ts';
import type { Page } from '../store/model.ts';
import { saveVersion } from '../store/pages.ts';
import { addLabels, removeLabel, restrictPage } from '../store/sharing.ts';
import { actorOf } from './actor.ts';
import type { PageControl } from './control.ts';

const as = z.string().optional();
const AsBody = z.strictObject({ as });
const EditBody = z.strictObject({
  as,
  title: z.string().optional(),
  replace: z.array(z.tuple([z.string().min(1), z.string()])).optional(),
  storage: z.string().optional(),
  editor: z.boolean().optional(),
});
const CorruptBody = z.strictObject({ as, storage: z.string() });
const DraftBody = z.strictObject({
  as,
  title: z.string().optional(),
  storage: z
    .string()
    .refine((text) => problemOf(text) === undefined, 'it is not valid storage')
    .optional(),
});
const MoveBody = z.strictObject({
  as,
  parentId: z.string().nullable().optional(),
  spaceId: z.string().optional(),
});
const TitleBody = z.strictObject({ as, title: z.string() });
const LabelsBody = z.strictObject({
  add: z.array(z.string()).default([]),
  remove: z.array(z.string()).default([]),
});
const RestrictBody = z.strictObject({
  read: z.array(z.string()).default([]),
  update: z.array(z.string()).default([]),
});
const CommentBody = z.strictObject({ text: z.string().min(1) });

const view = ({ id, title, status, subtype, version, spaceId, parentId, labels }: Page) => ({
  id,
  title,
  status,
  subtype,
  version,
  spaceId,
  parentId,
  labels: labels.map(({ name }) => name),
});

/** What people do to pages, `POST /_local/pages/{id}/...`. Who does it is `as` of the body: an account id or a name. */
export const pageControls = (confluence: Confluence): PageControl[] => {
  const control = (
    name: string,
    change: (id: string, request: HttpRequest, number: number) => Page,
  ): PageControl => ({
    route: `POST /_local/pages/{id}/${name}`,
    handle: (request, { id = '', number }) => json(200, view(change(id, request, Number(number)))),
  });
  const accountOf = (name: string | undefined) => actorOf(confluence, name).id;
  const theIds = (names: string[]) => names.map(accountOf);
  const asOf = (request: HttpRequest) => accountOf(AsBody.parse(readJson(request)).as);
  return [
    {
      route: 'GET /_local/pages',
      handle: () => json(200, { pages: [...confluence.store.all('Page')].map(view) }),
    },
    control('edit', (id, request) => {
      const { as: name, ...edit } = EditBody.parse(readJson(request));
      return editAsHuman(confluence, id, { ...edit, authorId: accountOf(name) });
    }),
    control('editor-save', (id, request) =>
      editAsHuman(confluence, id, { authorId: asOf(request), editor: true }),
    ),
    control('corrupt', (id, request) => {
      const { as: name, storage } = CorruptBody.parse(readJson(request));
      return saveVersion(confluence, id, { authorId: accountOf(name), storage });
    }),
    {
      route: 'POST /_local/pages/{id}/draft',
      handle: (request, { id = '' }) => {
        const { as: name = 'Chiara Conti', title, storage } = DraftBody.parse(readJson(request));
        const draft = saveDraft(confluence, id, {
          authorId: accountOf(name),
          ...(title !== undefined && { title }),
          ...(storage !== undefined && { storage }),
        });
        return json(200, { id: draft.id, title: draft.title, authorId: draft.authorId });
      },
    },
    control('publish', (id) => publishDraft(confluence, id)),
    {
      route: 'POST /_local/pages/{id}/discard',
      handle: (_, { id = '' }) => {
        discardDraft(confluence, id);
        return json(200, { id });
      },
    },
    control('trash', (id) => trashPage(confluence, id)),
    control('restore', (id) => restorePage(confluence, id)),
    {
      route: 'POST /_local/pages/{id}/purge',
      handle: (_, { id = '' }) => {
        purgePage(confluence, id);
        return json(200, { id });
      },
    },
    control('archive', (id) => archivePage(confluence, id)),
    control('unarchive', (id) => unarchivePage(confluence, id)),
    control('move', (id, request) => {
      const { as: name, parentId, spaceId } = MoveBody.parse(readJson(request));
      const place = {
        ...(parentId !== undefined && { parentId }),
        ...(spaceId !== undefined && { spaceId }),
      };
      return movePage(confluence, id, place, accountOf(name));
    }),
    control('rename', (id, request) => {
      const { as: name, title } = TitleBody.parse(readJson(request));
      return saveVersion(confluence, id, { title, authorId: accountOf(name) });
    }),
    control('copy', (id, request) => {
      const { as: name, title } = TitleBody.parse(readJson(request));
      return copyPage(confluence, id, title, accountOf(name));
    }),
    control('convert', (id) => convertPage(confluence, id)),
    control('labels', (id, request) => {
      const { add, remove } = LabelsBody.parse(readJson(request));
      for (const name of remove) removeLabel(confluence, id, name);
      return addLabels(
        confluence,
        id,
        add.map((name) => ({ name })),
      );
    }),
    control('restrict', (id, request) => {
      const { read, update } = RestrictBody.parse(readJson(request));
      return restrictPage(confluence, id, { read: theIds(read), update: theIds(update) });
    }),
    {
      route: 'POST /_local/pages/{id}/comment',
      handle: (request, { id = '' }) => {
        const { ref } = commentInline(confluence, id, CommentBody.parse(readJson(request)).text);
        return json(200, { id, ref });
      },
    },
    control('version/{number}/delete', (id, _, number) => deleteVersion(confluence, id, number)),
  ];
};
