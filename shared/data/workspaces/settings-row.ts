import * as z from 'zod/mini';
import { statuses } from '../../domain/statuses.ts';
import {
  forEachSetting,
  isOnEveryRow,
  type Setting,
  type Settings,
} from '../../domain/workspaces/settings.ts';
import { flag, number, text } from '../fields.ts';

const StatusMapRow = z.partialRecord(z.enum(statuses), z.nullable(text));

const schemas = {
  linearName: text,
  integer: number,
  boolean: flag,
  statusMap: StatusMapRow,
  teamStatusMaps: z.record(text, StatusMapRow),
};

/** Limits are the API's to keep; a row is read whatever they are by now. */
const schemaOf = (setting: Setting): z.ZodMiniType =>
  setting.type === 'choice' ? z.enum(setting.choices) : schemas[setting.type];

/** The settings on a workspace's row. Defaults are not added, because writes compare settings with what is stored. */
export const SettingsRow = z.object(
  forEachSetting((setting, name) => (isOnEveryRow(name) ? schemaOf(setting) : z.optional(schemaOf(setting)))),
) as unknown as z.ZodMiniType<Settings>;
