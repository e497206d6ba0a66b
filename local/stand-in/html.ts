import { type HttpResponse, html } from './http.ts';
import { css } from './style.ts';

/** Text that is HTML already. Whatever else gets into a page goes through `markup`, which escapes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Markup | string | number | null | undefined | false | readonly Content[];

const asText = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const render = (content: Content): string => {
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(render).join('');
  if (content === null || content === undefined || content === false) return '';
  return asText(String(content));
};

/** HTML with values in it. A value is text, whatever it contains, unless it was made by `markup` too. */
export const markup = (strings: TemplateStringsArray, ...values: Content[]): Markup =>
  new Markup(strings.reduce((all, part, index) => all + render(values[index - 1]) + part));

const documentOf = (title: string, body: Markup): string =>
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(css)}</style>
</head>
${body}
</html>`.text;

/** A page of the workspace, in its frame or out of it. */
export const pageOf = (status: number, title: string, body: Markup): HttpResponse =>
  html(status, documentOf(title, body));

/** A page with one thing to say. */
export const plainPage = (status: number, title: string, content: Markup): HttpResponse =>
  pageOf(
    status,
    title,
    markup`<body class="plain"><main><p class="brand">Linear <span>local</span></p><h1>${title}</h1>${content}</main></body>`,
  );

export const errorPage = (message: string, status = 400): HttpResponse =>
  plainPage(status, 'That did not work', markup`<p role="alert">${message}</p>`);
