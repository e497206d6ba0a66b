import type { Trigger } from '../mirror/trigger.ts';
import type { Status } from '../statuses.ts';

export const connections = ['connected', 'needs_reauth', 'disconnected'] as const;

/** Names of workflow states, by status; `null` leaves the issue where it is, and an absent status has its default. */
export type StatusMap = { [S in Status]?: string | null | undefined };

export type Settings = {
  /** The Linear label that makes an issue ours; compared without regard to case. */
  triggerLabel: string;
  dispatch: 'push' | 'pull';
  reconcileMinutes: number;
  /** How long a claim holds without a report; absent on rows older than the setting. */
  leaseMinutes?: number | undefined;
  /** How long an announced feature may wait to be taken before it is announced again; default 15. */
  dispatchMinutes?: number | undefined;
  /** Whether Linear is told that a lease ran out and nobody took the feature again; default true. */
  leaseExpiredComment?: boolean | undefined;
  /** Whether an issue that a human moves back makes its finished feature pending again; default true. */
  reopen?: boolean | undefined;
  /** Whether a feature is ready while it has open sub-issues that carry the trigger label; default `exclude`. */
  parents?: 'exclude' | 'include' | undefined;
  /** How many features one request writes back; default and most 25. */
  writeBackBatch?: number | undefined;
  /** For every team that has a state of that name. */
  statusMap: StatusMap;
  /** By Linear team id; counts before `statusMap`. */
  teamStatusMaps: Record<string, StatusMap>;
};

export const defaultSettings = {
  triggerLabel: 'omakase',
  dispatch: 'pull',
  reconcileMinutes: 5,
  leaseMinutes: 15,
  dispatchMinutes: 15,
  leaseExpiredComment: true,
  reopen: true,
  parents: 'exclude',
  writeBackBatch: 25,
  statusMap: {},
  teamStatusMaps: {},
} as const satisfies Settings;

/** With the defaults of what was never set. */
export const completeSettings = <S extends Settings>(settings: S) => {
  const { leaseMinutes, dispatchMinutes, leaseExpiredComment, reopen, parents, writeBackBatch } =
    defaultSettings;
  return {
    ...settings,
    leaseMinutes: settings.leaseMinutes ?? leaseMinutes,
    dispatchMinutes: settings.dispatchMinutes ?? dispatchMinutes,
    leaseExpiredComment: settings.leaseExpiredComment ?? leaseExpiredComment,
    reopen: settings.reopen ?? reopen,
    parents: settings.parents ?? parents,
    writeBackBatch: settings.writeBackBatch ?? writeBackBatch,
  };
};

/** Whether sub-issues keep their parent from being handed out. */
export const subIssuesHold = (settings: Settings): boolean =>
  completeSettings(settings).parents === 'exclude';

/** Until when (epoch ms) a claim or report made now holds. */
export const leaseEnd = (settings: Settings, now: number): number =>
  now + completeSettings(settings).leaseMinutes * 60_000;

/** How long (ms) an announced feature may wait to be taken. */
export const dispatchMs = (settings: Settings): number => completeSettings(settings).dispatchMinutes * 60_000;

export type SettingsChanges = { [K in keyof Settings]?: Settings[K] | undefined };

/** What is named is changed, what is not stays. */
export const withChanges = (settings: Settings, changes: SettingsChanges): Settings => ({
  triggerLabel: changes.triggerLabel ?? settings.triggerLabel,
  dispatch: changes.dispatch ?? settings.dispatch,
  reconcileMinutes: changes.reconcileMinutes ?? settings.reconcileMinutes,
  leaseMinutes: changes.leaseMinutes ?? settings.leaseMinutes,
  dispatchMinutes: changes.dispatchMinutes ?? settings.dispatchMinutes,
  leaseExpiredComment: changes.leaseExpiredComment ?? settings.leaseExpiredComment,
  reopen: changes.reopen ?? settings.reopen,
  parents: changes.parents ?? settings.parents,
  writeBackBatch: changes.writeBackBatch ?? settings.writeBackBatch,
  statusMap: changes.statusMap ?? settings.statusMap,
  teamStatusMaps: changes.teamStatusMaps ?? settings.teamStatusMaps,
});

/** What is mapped for one status in one team: a state's name, `null` for none, `undefined` for the default. */
export const wantedName = (
  { statusMap, teamStatusMaps }: Settings,
  teamId: string,
  status: Status,
): { name: string | null | undefined; isOfTeam: boolean } => {
  const ofTeam = teamStatusMaps[teamId]?.[status];
  return ofTeam === undefined
    ? { name: statusMap[status], isOfTeam: false }
    : { name: ofTeam, isOfTeam: true };
};

/** No pause is longer; one that is was left by a clock that jumped, and counts as none. */
const LONGEST_PAUSE_MS = 2 * 3_600_000;

/** Linear wants to be left alone, or does not answer. Times are ISO and epoch milliseconds. */
export const isPaused = ({ pausedUntil }: { pausedUntil?: string | undefined }, now: number): boolean => {
  const leftMs = pausedUntil === undefined ? 0 : Date.parse(pausedUntil) - now;
  return leftMs > 0 && leftMs <= LONGEST_PAUSE_MS;
};

/** What makes an issue of this workspace ours. */
export const triggerOf = ({
  settings,
  triggerLabelIds,
}: {
  settings: Settings;
  triggerLabelIds: readonly string[];
}): Trigger => ({
  triggerLabel: settings.triggerLabel,
  triggerLabelIds,
});
