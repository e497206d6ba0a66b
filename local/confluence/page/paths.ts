import { webPath } from '../store/addresses.ts';
import type { Page } from '../store/model.ts';
import { spaceOf, type Visit } from './visit.ts';

/** The paths of the human pages, in the forms that Confluence Cloud uses. */
export const pathOf = (visit: Visit, page: Page): string => `/wiki${webPath(spaceOf(visit, page), page)}`;

export const editPath = (visit: Visit, page: Page, tab?: 'storage'): string =>
  `/wiki/spaces/${spaceOf(visit, page).key}/pages/edit-v2/${page.id}${tab ? `?tab=${tab}` : ''}`;

export const historyPath = ({ id }: Page): string => `/wiki/pages/viewpreviousversions.action?pageId=${id}`;

export const diffPath = ({ id }: Page, from: number, to: number, markup = false): string =>
  `/wiki/pages/diffpagesbyversion.action?pageId=${id}&from=${from}&to=${to}${markup ? '&markup=1' : ''}`;

export const spacePath = (key: string): string => `/wiki/spaces/${key}/pages`;
