import { type Markup, markup, pageOf } from './html.ts';
import type { HttpResponse } from './http.ts';

export interface NavigationLink {
  href: string;
  name: string;
  isCurrent?: boolean;
  count?: number | undefined;
}

export interface Navigation {
  /** What screen readers call it. */
  label: string;
  brand: Markup;
  groups: { heading?: string; links: NavigationLink[] }[];
  /** Who the visitor is, below the links. */
  note: string;
}

interface FramedPage {
  /** Title of the window. */
  title: string;
  navigation: Navigation;
  content: Markup;
  alert?: string | undefined;
  status?: number;
  style?: string;
}

/** A page with the navigation at its side. */
export const framedPage = ({ navigation, content, alert, ...page }: FramedPage): HttpResponse =>
  pageOf({
    ...page,
    body: markup`<body class="frame">${sidebar(navigation)}<main class="page">${
      alert && markup`<p role="alert">${alert}</p>`
    }${content}</main></body>`,
  });

const sidebar = ({ label, brand, groups, note }: Navigation): Markup =>
  markup`<nav class="side" aria-label="${label}">
<p class="brand">${brand}</p>
${groups.map(
  ({ heading, links }) => markup`${heading && markup`<h2>${heading}</h2>\n`}<ul>${links.map(item)}</ul>\n`,
)}<p class="you">${note}</p>
</nav>`;

const item = ({ href, name, isCurrent, count }: NavigationLink): Markup =>
  markup`<li><a href="${href}"${isCurrent && markup` aria-current="page"`}><span>${name}</span>${
    count !== undefined && markup`<span class="count">${count}</span>`
  }</a></li>`;
