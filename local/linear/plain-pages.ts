import { plainPages } from '../stand-in/html.ts';

export const { plainPage, errorPage } = plainPages('Linear');
