import { hash } from 'node:crypto';

/** The name of a text, which its content decides. One that expires has another, so that it cannot take one that stays. */
export const textName = (content: string, { expires = false } = {}): string =>
  `${expires ? 'brief-' : ''}${hash('sha256', content, 'base64url')}`;
