import * as z from 'zod/mini';
import { statuses } from '../../../shared/domain/statuses.ts';
import {
  type CompleteSettings,
  mapSettings,
  type Setting,
  type SettingsChanges,
  settingTexts,
} from '../../../shared/domain/workspaces/settings.ts';
import { linearName, text } from '../fields.ts';

/** As many maps stay far below the size limit of a row. */
const MOST_TEAM_MAPS = 250;

const StatusMapInput = z.strictObject(
  Object.fromEntries(statuses.map((status) => [status, z.optional(z.nullable(linearName))])),
);

const inputs = {
  linearName,
  boolean: z.boolean(),
  statusMap: StatusMapInput,
  teamStatusMaps: z
    .record(text(100), StatusMapInput)
    .check(
      z.refine((maps) => Object.keys(maps).length <= MOST_TEAM_MAPS, {
        error: `At most ${MOST_TEAM_MAPS} teams can have a map of their own.`,
      }),
    )
    // For the OpenAPI document, which cannot show a `refine`.
    .register(z.globalRegistry, { maxProperties: MOST_TEAM_MAPS }),
};

const inputOf = (setting: Setting): z.ZodMiniType => {
  if (setting.type === 'choice') return z.enum(setting.choices);
  if (setting.type === 'integer')
    return z.int().check(z.minimum(setting.minimum), z.maximum(setting.maximum));
  return inputs[setting.type];
};

/** Settings as a caller changes them. Each may be left out. */
export const SettingsInput = z.strictObject(
  mapSettings((setting, name) => z.optional(inputOf(setting).check(z.describe(settingTexts[name].what)))),
) as unknown as z.ZodMiniType<SettingsChanges>;

const StatusMapAnswer = z.partialRecord(z.enum(statuses), z.nullable(z.string()));

const answers = {
  linearName: z.string(),
  integer: z.number(),
  boolean: z.boolean(),
  statusMap: StatusMapAnswer,
  teamStatusMaps: z.record(z.string(), StatusMapAnswer),
};

/** Settings as they are answered. Each has a value. */
export const SettingsAnswer = z.object(
  mapSettings((setting) => (setting.type === 'choice' ? z.enum(setting.choices) : answers[setting.type])),
) as unknown as z.ZodMiniType<CompleteSettings, CompleteSettings>;
