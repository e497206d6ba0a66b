import { hash } from 'node:crypto';

/** The name of a text, which its content decides. */
export const textName = (content: string): string => hash('sha256', content, 'base64url');
