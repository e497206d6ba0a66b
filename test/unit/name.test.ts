import { expect, test } from 'vitest';
import { carriesLabel, triggerAfter } from '../../shared/domain/mirror/trigger.ts';
import { sameName } from '../../shared/domain/name.ts';
import { defaultSettings } from '../../shared/domain/workspaces/settings.ts';
import { wishOf } from '../../shared/domain/workspaces/status-map.ts';
import { issueSnapshot } from '../../testing/builders.ts';

const COMPOSED = 'Caf\u00e9';
const DECOMPOSED = 'cafe\u0301';

test.each([
  ['Omakase', 'OMAKASE', true],
  [COMPOSED, DECOMPOSED, true],
  ['\u00c5', 'a\u030a', true],
  ['\u212b', '\u00e5', true],
  ['cafe', COMPOSED, false],
  // The Turkish dotless i is a different letter in every language.
  ['\u0131', 'i', false],
])('the names %s and %s count as one: %s', (one, other, isOne) => {
  expect(sameName(one, other)).toBe(isOne);
  expect(sameName(other, one)).toBe(isOne);
});

test('a label is the trigger in either Unicode form of its accents', () => {
  const issue = issueSnapshot({ labels: [{ id: 'another', name: DECOMPOSED }] });
  expect(carriesLabel(issue, { triggerLabel: COMPOSED, triggerLabelIds: [] })).toBe(true);
});

test('a label whose accents change their Unicode form has not been renamed', () => {
  const trigger = { triggerLabel: COMPOSED, triggerLabelIds: ['l'] };
  expect(triggerAfter(trigger, { id: 'l', name: DECOMPOSED, isRemoved: false })).toBeUndefined();
});

test('a mapped state is found in either Unicode form of its accents', () => {
  const states = [{ id: 's', name: DECOMPOSED, type: 'completed', position: 2 }];
  const settings = { ...defaultSettings, statusMap: { passing: COMPOSED } };
  expect(wishOf({ settings }, { teamId: 't', states }, 'passing')).toEqual({ is: 'state', state: states[0] });
});
