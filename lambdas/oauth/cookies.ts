import { AppError } from '../../shared/errors.ts';
import type { HttpEvent } from '../../shared/runtime/http.ts';

/** A browser accepts a `__Host-` cookie from this exact host only, so a sibling domain cannot plant one. */
type CookieName = '__Host-omakase_connect' | '__Host-omakase_page';

/** `Lax`, because people come from other sites: from Linear to the callback, and from an e-mail to the link. */
export const setCookie = (name: CookieName, value: string, maxAgeSeconds: number): string =>
  `${name}=${value}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; Secure; SameSite=Lax`;

/** The value of a cookie. Throws 400 if two have the name: one of them is not ours, and nothing says which. */
export const cookieOf = ({ cookies = [] }: HttpEvent, name: CookieName): string | undefined => {
  const [value, ...others] = cookies
    .map((cookie) => cookie.trim())
    .filter((cookie) => cookie.startsWith(`${name}=`))
    .map((cookie) => cookie.slice(name.length + 1));
  if (others.length === 0) return value;
  throw new AppError(
    'invalid_input',
    'This browser sent two cookies with the same name. Delete the cookies of this site, and open the connect link again.',
    { detail: { why: 'two cookies of one name' } },
  );
};
