import { expect, test } from 'vitest';
import { SettingsInput } from '../../../lambdas/api/workspaces/settings.ts';
import { SettingsRow } from '../../../shared/data/workspaces/settings-row.ts';
import {
  completeSettings,
  defaultSettings,
  withChanges,
} from '../../../shared/domain/workspaces/settings.ts';

/** What every row has; the other settings came later. */
const oldest = {
  triggerLabel: 'bot',
  dispatch: 'push',
  reconcileMinutes: 7,
  statusMap: { passing: null },
  teamStatusMaps: {},
} as const;

test('every default is a value that callers may set', () => {
  expect(SettingsInput.parse(defaultSettings)).toEqual(defaultSettings);
});

test('a row that is older than a setting is read without it, and the setting then has its default', () => {
  const stored = SettingsRow.parse(oldest);
  expect(stored).toEqual(oldest);
  expect(completeSettings(stored)).toEqual({ ...defaultSettings, ...oldest });
});

test.each(Object.keys(oldest))('a row that lacks %s cannot be read', (name) => {
  expect(SettingsRow.safeParse({ ...oldest, [name]: undefined }).success).toBe(false);
});

test('a number that callers may no longer set is still read from a row', () => {
  expect(SettingsRow.parse({ ...oldest, writeBackBatch: 100 }).writeBackBatch).toBe(100);
  expect(SettingsInput.safeParse({ writeBackBatch: 100 }).success).toBe(false);
});

test('a change leaves every setting that it does not name as it is', () => {
  expect(withChanges(oldest, { reopen: false, dispatch: undefined })).toEqual({ ...oldest, reopen: false });
});
