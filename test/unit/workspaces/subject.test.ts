import { describe, expect, test } from 'vitest';
import { isSubject } from '../../../shared/domain/workspaces/subject.ts';
import { AppError } from '../../../shared/errors.ts';
import { caller, type HttpEvent } from '../../../shared/runtime/http.ts';

const UNSEEN: [string, string][] = [
  ['a line feed', '\n'],
  ['a carriage return', '\r'],
  ['a NUL', '\u0000'],
  ['an escape', '\u001b'],
  ['a C1 control', '\u0085'],
  ['a right-to-left override', '\u202e'],
  ['a directional isolate', '\u2066'],
  ['a zero-width space', '\u200b'],
  ['a zero-width joiner', '\u200d'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['a line separator', '\u2028'],
  ['a Hangul filler', '\u3164'],
  ['a no-break space', '\u00a0'],
  ['a lone surrogate', '\ud800'],
  ['a tag character', '\u{e0061}'],
];
const asked = (sub: unknown) =>
  caller({ requestContext: { authorizer: { jwt: { claims: { sub } } } } } as unknown as HttpEvent);
const refusal = (sub: unknown) => {
  try {
    return asked(sub);
  } catch (error) {
    return error instanceof AppError ? error.status : error;
  }
};

describe('a subject', () => {
  test.each(['auth0|65f', 'machine@clients', 'google-oauth2|1', 'spiffe://a/b', 'Jürgen Müller', 'x'])(
    'may be %s',
    (sub) => {
      expect(isSubject(sub)).toBe(true);
      expect(asked(sub)).toBe(sub);
    },
  );

  test.each(UNSEEN)('must not contain %s, neither in a path nor in a token', (_, character) => {
    for (const sub of [`auth0|${character}owner`, `${character}auth0|owner`, `auth0|owner${character}`]) {
      expect(isSubject(sub)).toBe(false);
      expect(refusal(sub)).toBe(400);
    }
  });

  test('must not be empty, longer than 255 characters, or have a blank at either end', () => {
    for (const sub of ['', ' ', ' a', 'a ', 'a'.repeat(256)]) expect(isSubject(sub)).toBe(false);
    expect(refusal('a'.repeat(3_000))).toBe(400);
    expect(refusal(undefined)).toBe(401);
    expect(isSubject('a'.repeat(255))).toBe(true);
  });

  test('contains no blank at an end, line break or lone surrogate, and fits into a key of DynamoDB', () => {
    const accepted = Array.from({ length: 0x10000 }, (_, code) => `a${String.fromCharCode(code)}`).filter(
      isSubject,
    );
    const isBad = (sub: string) =>
      sub.trim() !== sub || /[\n\r\u2028\u2029]/.test(sub) || !sub.isWellFormed();
    expect(accepted.length).toBeGreaterThan(40_000);
    expect(accepted.filter(isBad)).toEqual([]);
    expect(Buffer.byteLength('\uffee'.repeat(255))).toBeLessThanOrEqual(2_048);
  });
});
