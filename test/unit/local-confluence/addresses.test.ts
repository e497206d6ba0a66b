import { expect, test } from 'vitest';
import { idOfTiny, tinyOf, webPath } from '../../../local/confluence/store/addresses.ts';
import type { Page, Space } from '../../../local/confluence/store/model.ts';

test.each([
  ['13860865', 'AYDT'],
  ['98400', 'YIAB'],
  ['4096098', 'YoA_/'],
  ['9007199254740993', 'AQAAAAAAI'],
])('the page %s has the tiny link %s, which leads back', (id, tiny) => {
  expect(tinyOf(id)).toBe(tiny);
  expect(idOfTiny(tiny)).toBe(id);
  expect(idOfTiny(`${tiny.replace('/', '')}/`)).toBe(id);
});

test.each(['', '/', 'A', 'A b', 'é', 'x'.repeat(12), '__________8', 'AAAAAAAAAAA'])(
  '%j is no tiny link',
  (tiny) => {
    expect(idOfTiny(tiny)).toBeUndefined();
  },
);

test('the home page of a space has the address of an overview', () => {
  const space = { key: 'PLAN', homepageId: '1' } as Space;
  expect(webPath(space, { id: '1', title: 'Home' } as Page)).toBe('/spaces/PLAN/overview');
  expect(webPath(space, { id: '2', title: 'A plan: ü/?' } as Page)).toBe(
    '/spaces/PLAN/pages/2/A+plan%3A+%C3%BC%2F%3F',
  );
});
