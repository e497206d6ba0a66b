import type { Status } from '../statuses.ts';

/** Names of workflow states by status. `null` leaves the issue where it is; an absent status has its default. */
export type StatusMap = { [S in Status]?: string | null | undefined };

/** What a setting may hold. */
export type Setting = (
  | { type: 'linearName'; default: string }
  | { type: 'choice'; choices: readonly string[]; default: string }
  | { type: 'integer'; minimum: number; maximum: number; default: number }
  | { type: 'boolean'; default: boolean }
  | { type: 'statusMap'; default: StatusMap }
  | { type: 'teamStatusMaps'; default: Record<string, StatusMap> }
) & {
  /** A change makes a sync due, because it changes what becomes of issues that are mirrored already. */
  resyncs?: true;
  /** Whether every row has it. Leave it out of a new setting: rows that are older lack it. */
  onEveryRow?: true;
};

/**
 * Every setting of a workspace. Types, defaults, the schemas of rows, requests and answers, and the documentation are
 * derived from this table and from `settingTexts`.
 */
const settings = {
  /** The Linear label that makes an issue a feature; compared without regard to case. */
  triggerLabel: { type: 'linearName', default: 'omakase', resyncs: true, onEveryRow: true },
  dispatch: { type: 'choice', choices: ['push', 'pull'], default: 'pull', onEveryRow: true },
  reconcileMinutes: { type: 'integer', minimum: 1, maximum: 1_440, default: 5, onEveryRow: true },
  leaseMinutes: { type: 'integer', minimum: 1, maximum: 1_440, default: 15 },
  dispatchMinutes: { type: 'integer', minimum: 1, maximum: 1_440, default: 15 },
  leaseExpiredComment: { type: 'boolean', default: true },
  reopen: { type: 'boolean', default: true },
  parents: { type: 'choice', choices: ['exclude', 'include'], default: 'exclude', resyncs: true },
  dependencies: { type: 'choice', choices: ['linear', 'off'], default: 'linear', resyncs: true },
  writeBackBatch: { type: 'integer', minimum: 1, maximum: 25, default: 25 },
  /** For every team that has a state of that name. */
  statusMap: { type: 'statusMap', default: {}, resyncs: true, onEveryRow: true },
  /** By Linear team id; takes precedence over `statusMap`. */
  teamStatusMaps: { type: 'teamStatusMaps', default: {}, resyncs: true, onEveryRow: true },
} as const satisfies Record<string, Setting>;

/** `what`: a sentence in Markdown. `see`: where docs/ say more. `fallback`: what an empty default means. */
type SettingText = { what: string; see?: string; fallback?: string };

/** What each setting means. It is a table of its own so that a bundle that does not need it leaves it out. */
export const settingTexts: Record<SettingName, SettingText> = {
  triggerLabel: {
    what: 'The label that makes an issue a feature. When the label is renamed in Linear, the setting follows.',
  },
  dispatch: {
    what: '`pull`: orchestrators claim features. `push`: ready features are announced on the event bus.',
  },
  reconcileMinutes: { what: 'How often Linear is asked what changed, in minutes.' },
  leaseMinutes: { what: 'How long a claim holds without a report, in minutes.' },
  dispatchMinutes: {
    what: 'How long an announced feature waits for a run before it is announced again, in minutes.',
  },
  leaseExpiredComment: {
    what:
      'Whether a comment in Linear says that a lease ran out five minutes ago and that nobody has reported or ' +
      'claimed the feature since. Each run gets this comment at most once, and only where `dispatch` is `pull`.',
  },
  reopen: { what: 'Whether an issue that a human moves back makes its finished feature pending again.' },
  parents: {
    what:
      '`exclude`: a feature is not ready while its issue has open sub-issues that carry the trigger label. ' +
      '`include`: sub-issues make no difference.',
    see: 'data.md#parents-and-sub-issues',
  },
  dependencies: {
    what:
      '`linear`: a feature is not ready while an open issue blocks its issue in Linear. ' +
      '`off`: relations make no difference.',
    see: 'data.md#dependencies',
  },
  writeBackBatch: { what: 'How many features one request to Linear writes back.' },
  statusMap: {
    what:
      'The workflow state for each status, by name or id. `null` leaves the issue where it is. ' +
      'States are stored by id.',
    see: 'data.md#mapped-states',
    fallback: 'first started, first completed, a review state',
  },
  teamStatusMaps: {
    what: 'A `statusMap` for each Linear team id. It takes precedence over `statusMap`.',
    fallback: 'none',
  },
};

export type SettingName = keyof typeof settings;

type Values = {
  linearName: string;
  choice: string;
  integer: number;
  boolean: boolean;
  statusMap: StatusMap;
  teamStatusMaps: Record<string, StatusMap>;
};
type ValueOf<S extends Setting> = S extends { choices: readonly (infer Choice)[] }
  ? Choice
  : Values[S['type']];

type OnEveryRow = {
  [K in SettingName]: (typeof settings)[K] extends { onEveryRow: true } ? K : never;
}[SettingName];

/** Settings with a value for each. */
export type CompleteSettings = { -readonly [K in SettingName]: ValueOf<(typeof settings)[K]> };
export type SettingsChanges = { [K in SettingName]?: CompleteSettings[K] | undefined };
/** Settings as they are stored. */
export type Settings = SettingsChanges & Pick<CompleteSettings, OnEveryRow>;

/** An object with what `of` answers for each setting. */
export const mapSettings = <T>(of: (setting: Setting, name: SettingName) => T): Record<SettingName, T> => {
  const names = Object.keys(settings) as SettingName[];
  return Object.fromEntries(names.map((name) => [name, of(settings[name], name)])) as Record<SettingName, T>;
};

export const defaultSettings = mapSettings((setting) => setting.default) as CompleteSettings;

/** Whether the changes make a sync due. */
export const needSync = (changes: SettingsChanges): boolean =>
  Object.values(mapSettings(({ resyncs }, name) => resyncs && changes[name] !== undefined)).includes(true);

/** A setting that `changes` does not name stays as it is. */
export const withChanges = <S extends Settings>(before: S, changes: SettingsChanges): S =>
  mapSettings((_, name) => changes[name] ?? before[name]) as S;

/** Adds the default of every setting that is not stored. */
export const completeSettings = (stored: Settings): CompleteSettings => withChanges(defaultSettings, stored);

/** Whether open sub-issues keep their parent from being handed out. */
export const subIssuesHold = (stored: Settings): boolean => completeSettings(stored).parents === 'exclude';

/** Whether an open blocker keeps a feature from being handed out. */
export const blockersHold = (stored: Settings): boolean => completeSettings(stored).dependencies === 'linear';

/** Until when (epoch ms) a claim or report made now holds. */
export const leaseEnd = (stored: Settings, now: number): number =>
  now + completeSettings(stored).leaseMinutes * 60_000;

/** How long (ms) an announced feature may wait to be taken. */
export const dispatchMs = (stored: Settings): number => completeSettings(stored).dispatchMinutes * 60_000;
