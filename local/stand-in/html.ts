import { type HttpResponse, html } from './http.ts';
import { baseStyle } from './style.ts';

/** Text that is HTML already. Everything else in a page goes through `markup`, which escapes it. */
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

/** HTML with values in it. A value is escaped unless it is `Markup` itself. */
export const markup = (strings: TemplateStringsArray, ...values: Content[]): Markup =>
  new Markup(strings.reduce((all, part, index) => all + render(values[index - 1]) + part));

interface Page {
  title: string;
  body: Markup;
  status?: number;
  /** Style rules beside those that all pages have. */
  style?: string;
}

/** A whole page with its styles in it, so that it loads nothing else. */
export const pageOf = ({ title, body, status = 200, style = '' }: Page): HttpResponse =>
  html(
    status,
    markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Markup(baseStyle + style)}</style>
</head>
${body}
</html>`.text,
  );

/** Pages outside the frame, such as consent and errors, under the name of the product that is imitated. */
export const plainPages = (product: string) => {
  const plainPage = (status: number, title: string, content: Markup): HttpResponse =>
    pageOf({
      status,
      title,
      body: markup`<body class="plain"><main><p class="brand">${product} <span>local</span></p><h1>${title}</h1>${content}</main></body>`,
    });
  const errorPage = (message: string, status = 400): HttpResponse =>
    plainPage(status, 'That did not work', markup`<p role="alert">${message}</p>`);
  return { plainPage, errorPage };
};
