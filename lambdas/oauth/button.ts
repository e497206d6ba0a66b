import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { type HttpEvent, rawBody } from '../../shared/runtime/http.ts';
import { cookieOf } from './cookies.ts';

/** An opened page: its cookie, and the hidden input that its form sends back. */
export type OpenedPage = { cookie: string; proof: string };

const proofOf = (cookie: string, link: string): string =>
  createHash('sha256').update(`${cookie}.${link}`).digest('base64url');

/** All pages of a browser share one cookie, so that a second tab does not invalidate the first. */
export const openPage = (event: HttpEvent, link: string): OpenedPage => {
  const known = cookieOf(event, '__Host-omakase_page');
  const cookie = known && /^[\w-]{43}$/.test(known) ? known : randomBytes(32).toString('base64url');
  return { cookie, proof: proofOf(cookie, link) };
};

/** Whether the sender of the form also opened the page: it sends the page's cookie and the matching hidden input. */
const provesPage = (event: HttpEvent, link: string): boolean => {
  const cookie = cookieOf(event, '__Host-omakase_page');
  const proof = new URLSearchParams(rawBody(event).toString('utf8')).get('page');
  if (!cookie || !proof) return false;
  const [given, expected] = [Buffer.from(proof), Buffer.from(proofOf(cookie, link))];
  return given.length === expected.length && timingSafeEqual(given, expected);
};

/**
 * Refuses forms of other sites, which would skip the page that says who will own the connection. Browsers send headers
 * that name the origin of a form. Any other client has to prove that it opened the page. More in
 * docs/decisions/0011-who-may-press-the-button.md.
 */
export const refuseForeignForms = (event: HttpEvent, link: string, publicUrl: string): void => {
  const { 'sec-fetch-site': site, origin } = event.headers;
  const isOurs =
    site !== undefined
      ? site === 'same-origin'
      : origin !== undefined
        ? origin === new URL(publicUrl).origin
        : provesPage(event, link);
  if (!isOurs)
    throw new AppError(
      'forbidden',
      'This request did not come from the button on our page. Open the connect link itself.',
      { detail: { why: 'a foreign form' } },
    );
};
