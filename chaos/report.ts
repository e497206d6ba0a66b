import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, kindOf } from './checks/finding.ts';
import type { Entry, Journal } from './journal.ts';
import type { World } from './world.ts';

const SHOWN = 12;

type Delivery = {
  type: string;
  action: string;
  createdAt: string;
  outcome: string;
  attempts: { at: string; status: number | null; error?: string }[];
  body: { data?: { id?: string } };
};

const line = ({ action, startedMs, endedMs, outcome }: Entry): string => {
  const { at: _, ...rest } = action;
  return `  ${String(startedMs).padStart(7)}…${String(endedMs).padEnd(7)} ${JSON.stringify(rest)} → ${outcome}`;
};

/** The trace of a run: all actions, by their start. */
export const trace = ({ entries }: Pick<Journal, 'entries'>): string =>
  entries
    .toSorted((one, other) => one.startedMs - other.startedMs)
    .map(line)
    .join('\n');

/** The outcomes of the actions, counted by kind. */
export const summary = ({ entries }: Journal): string =>
  Object.entries(Object.groupBy(entries, ({ action }) => action.does))
    .map(([does, of = []]) => {
      const outcomes = Object.groupBy(of, ({ outcome }) => wordOf(outcome));
      const counted = Object.entries(outcomes).map(([outcome, those]) => `${those?.length} ${outcome}`);
      return `  ${does}: ${counted.join(', ')}`;
    })
    .join('\n');

/** An outcome without ids, times and numbers. */
const wordOf = (outcome: string): string =>
  outcome
    .replace(/\b[0-9A-HJKMNP-TV-Z]{26}\b ?/g, '')
    .replace(/"requestId".*|\d{4}-\d\d-\d\dT\S+/g, '…')
    .replace(/^(killed|\d+ operations failed).*/, (text) => text.replace(/\d+/, '').trim())
    .slice(0, 90);

/** The findings, and for the first few of them the row, the trace of its issue and the deliveries. */
export const describeFindings = async (
  world: World,
  { entries }: Journal,
  findings: readonly Finding[],
  { when }: { when: string },
): Promise<string> => {
  if (findings.length === 0) return `Nothing is wrong. ${await blockedOf(world)}`;
  const counts = Object.entries(Object.groupBy(findings, ({ check }) => check));
  const parts = [
    `${findings.length} wrong${when}: ${counts.map(([check, of]) => `${check} ${of?.length}`).join(', ')}`,
  ];
  // One of each kind: many findings often have one cause.
  const kinds = Object.groupBy(findings, (finding) => `${finding.workspace} ${kindOf(finding)}`);
  const shown = new Set<number | undefined>();
  const firsts = Object.values(kinds).map((of = []) => of[0] as Finding);
  for (const { check, workspace, about, text } of firsts.slice(0, SHOWN)) {
    parts.push(
      `\n${check}${workspace === undefined ? '' : `, workspace ${workspace} (--only ${workspace})`}: ${about ?? ''} ${text}`,
    );
    if (about === undefined) {
      if (!shown.has(workspace)) parts.push(...(await workspaceOf(world, workspace)));
      shown.add(workspace);
      continue;
    }
    // A finding about dependencies names other issues too.
    const issueIds = [about, ...(text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g) ?? [])];
    const rows = (await world.rows('features')).filter((row) => issueIds.includes(String(row.linearIssueId)));
    for (const row of rows)
      parts.push(
        `  the row: ${JSON.stringify(row, (_, value) => (value instanceof Set ? [...value] : value))}`,
      );
    const ids = [...issueIds, ...rows.map(({ id }) => String(id))];
    parts.push(...entries.filter((entry) => entry.about.some((id) => ids.includes(id))).map(line));
    for (const id of issueIds) parts.push(...(await deliveriesOf(world, workspace, id)));
  }
  const logs = mkdtempSync(join(tmpdir(), 'omakase-chaos-'));
  cpSync(join(world.stack.dataDir, 'logs'), logs, { recursive: true });
  return [...parts, `The logs of the run: ${logs}`].join('\n');
};

/** How many features are blocked in the end. Without any, dependencies were hardly tried. */
const blockedOf = async (world: World): Promise<string> => {
  const blocked = (await world.rows('features')).filter(({ blockedIn }) => blockedIn !== undefined);
  const circles = blocked.filter(({ cycle }) => cycle !== undefined);
  return `${blocked.length} features are blocked, ${circles.length} of them in a circle.`;
};

/** The workspace's row, and the latest entries of its history. */
const workspaceOf = async (world: World, workspace: number | undefined): Promise<string[]> => {
  const id = world.workspaces.get(workspace ?? -1)?.workspaceId;
  const row = (await world.rows('workspaces')).find((each) => each.id === id);
  const entries = (await world.rows('history'))
    .filter(({ workspaceId }) => workspaceId === id)
    .toSorted((one, other) => (String(one.id) < String(other.id) ? 1 : -1))
    .slice(0, SHOWN);
  if (!row) return [];
  return [
    `  the row: ${JSON.stringify({ ...row, sealedTokens: undefined })}`,
    ...entries.map((each) => `  history: ${JSON.stringify(each)}`),
  ];
};

/** The deliveries of an issue or project that the local Linear still remembers. */
const deliveriesOf = async (world: World, workspace: number | undefined, id: string): Promise<string[]> => {
  const url = new URL('/_local/deliveries', world.stack.outputs.linear);
  const organizationId = world.workspaces.get(workspace ?? -1)?.organizationId;
  if (organizationId) url.searchParams.set('organization', organizationId);
  const { deliveries } = (await (await fetch(url)).json()) as { deliveries: Delivery[] };
  return deliveries
    .filter(({ body }) => body.data?.id === id)
    .map(({ type, action, createdAt, outcome, attempts }) => {
      const tries = attempts.map(({ at, status, error }) => `${at} ${status ?? error}`);
      return `  delivery of ${createdAt}: ${type} ${action}, ${outcome}; ${tries.join(', ')}`;
    });
};
