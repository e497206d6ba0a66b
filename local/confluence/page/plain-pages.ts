import { plainPages } from '../../stand-in/html.ts';

export const { errorPage } = plainPages('Confluence');
