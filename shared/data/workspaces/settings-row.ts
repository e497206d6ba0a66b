import * as z from 'zod/mini';
import { statuses } from '../../domain/statuses.ts';
import { mapSettings, type Setting, type Settings } from '../../domain/workspaces/settings.ts';
import { flag, number, text } from '../fields.ts';

const StatusMapRow = z.partialRecord(z.enum(statuses), z.nullable(text));

const schemas = {
  linearName: text,
  integer: number,
  boolean: flag,
  statusMap: StatusMapRow,
  teamStatusMaps: z.record(text, StatusMapRow),
};

/** Only the API checks limits, so that a row can be read even if a limit has changed since. */
const schemaOf = (setting: Setting): z.ZodMiniType =>
  setting.type === 'choice' ? z.enum(setting.choices) : schemas[setting.type];

/** The settings on a workspace's row. Defaults are not added, because writes compare settings with what is stored. */
export const SettingsRow = z.object(
  mapSettings((setting) => (setting.onEveryRow ? schemaOf(setting) : z.optional(schemaOf(setting)))),
) as unknown as z.ZodMiniType<Settings>;
