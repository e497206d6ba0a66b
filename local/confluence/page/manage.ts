import { type Markup, markup } from '../../stand-in/html.ts';
import type { Page, Person } from '../store/model.ts';
import { maySee } from '../store/permissions.ts';
import { actionForm } from './action-form.ts';
import type { Visit } from './visit.ts';

/** The labels of a page, with a field for another one. */
export const labels = (page: Page, canEdit: boolean): Markup => {
  const chips = page.labels.map(({ name }) =>
    canEdit
      ? actionForm(
          page,
          'unlabel',
          markup`<span class="chip"><span class="name">${name}</span><button name="label" value="${name}" aria-label="Remove label ${name}" title="Remove">×</button></span>`,
        )
      : markup`<span class="chip">${name}</span>`,
  );
  const add = actionForm(
    page,
    'label',
    markup`<input type="text" name="label" required aria-label="Label to add" autocomplete="off" autocapitalize="none"><button>Add label</button>`,
  );
  return markup`<div class="labels">${chips}${canEdit && add}</div>`;
};

const section = (page: Page, action: string, title: string, content: Markup): Markup =>
  markup`<details><summary>${title}</summary>${actionForm(page, action, content, 'stacked')}</details>`;

/** Everything that is done with a page beside editing it. */
export const manage = (visit: Visit, page: Page): Markup => {
  const isCurrent = page.status === 'current';
  const rename = markup`<label class="field">New title <input type="text" name="title" value="${page.title}" required maxlength="255"></label><button>Rename</button>`;
  const copy = markup`<label class="field">Title of the copy <input type="text" name="title" value="Copy of ${page.title}" required maxlength="255"></label><button>Copy</button>`;
  const comment = markup`<label class="field">Text to comment on <input type="text" name="text" required></label><button>Comment</button>`;
  const convert = markup`<button>${page.subtype === 'live' ? 'Make it a page that is published' : 'Make it a live doc'}</button>`;
  return markup`<section class="manage" aria-label="Manage the page">${
    isCurrent &&
    markup`${section(page, 'rename', 'Rename', rename)}
${section(page, 'move', 'Move', moveFields(visit, page))}
${section(page, 'copy', 'Copy', copy)}
${section(page, 'comment', 'Comment on a text', comment)}
${section(page, 'convert', page.subtype === 'live' ? 'Stop being a live doc' : 'Live doc', convert)}`
  }
${section(page, 'restrict', 'Restrict', restrictFields(visit, page))}
${
  isCurrent &&
  markup`${section(page, 'archive', 'Archive', markup`<button>Archive the page</button>`)}
${section(page, 'trash', 'Trash', markup`<button>Move it to the trash</button>`)}`
}</section>`;
};

const moveFields = (visit: Visit, page: Page): Markup => {
  const { store } = visit.confluence;
  const places = [...store.all('Space')].map((space) => {
    const parents = store
      .pagesOf(space.id)
      .filter(({ id, status }) => id !== page.id && status === 'current')
      .filter((parent) => maySee(visit.confluence, visit.caller, parent));
    return markup`<optgroup label="${space.name}"><option value="${space.id}:">Top of ${space.name}</option>${parents.map(
      ({ id, title }) =>
        markup`<option value="${space.id}:${id}"${id === page.parentId && markup` selected`}>${title}</option>`,
    )}</optgroup>`;
  });
  return markup`<label class="field">Below <select name="place">${places}</select></label><button>Move</button>`;
};

const restrictFields = (visit: Visit, page: Page): Markup => {
  const people = [...visit.confluence.store.all('Person')].filter(
    ({ accountStatus }) => accountStatus === 'active',
  );
  const boxes = (name: 'read' | 'update'): Markup[] =>
    people.map(
      ({ id, displayName }: Person) =>
        markup`<label><input type="checkbox" name="${name}" value="${id}"${page.restrictions[name].includes(id) && markup` checked`}> ${displayName}</label>`,
    );
  return markup`<p class="count">Nobody ticked means everybody may.</p>
<div>Who may view</div><div class="boxes">${boxes('read')}</div>
<div>Who may edit</div><div class="boxes">${boxes('update')}</div><button>Restrict</button>`;
};
