import { type Markup, markup } from '../../stand-in/html.ts';
import type { Page } from '../store/model.ts';

/** The form of one action on a page; `name` is the action of `POST /page`. */
export const actionForm = (page: Page, name: string, content: Markup, kind = 'inline'): Markup =>
  markup`<form method="post" action="/page" class="${kind}"><input type="hidden" name="page" value="${page.id}"><input type="hidden" name="do" value="${name}">${content}</form>`;
