import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mapSettings, type Setting, settingTexts } from '../../../shared/domain/workspaces/settings.ts';

const path = join(import.meta.dirname, '../../../docs/operating.md');
const REWRITE = 'npx vitest run --project unit settings-document --update';

const valuesOf = (setting: Setting): string => {
  if (setting.type === 'choice') return setting.choices.map((choice) => `\`${choice}\``).join(', ');
  if (setting.type === 'integer') return `${setting.minimum} to ${setting.maximum}`;
  return { boolean: '`true`, `false`', linearName: 'a name', statusMap: 'a map', teamStatusMaps: 'a map' }[
    setting.type
  ];
};

const rows = mapSettings((setting, name) => {
  const { what, see, fallback } = settingTexts[name];
  const more = see ? ` More in [${see.split('#')[0]}](${see}).` : '';
  return [`\`${name}\``, what + more, valuesOf(setting), fallback ?? `\`${setting.default}\``];
});

const table = [['setting', 'what', 'values', 'default'], ['---', '---', '---', '---'], ...Object.values(rows)]
  .map((cells) => `| ${cells.join(' | ')} |`)
  .join('\n');

const START = '<!-- settings: written by test/unit/workspaces/settings-document.test.ts -->\n';
const END = '<!-- /settings -->\n';

/** The document is a snapshot, so Vitest itself rewrites it. */
test('docs/operating.md describes every setting as it is declared', async () => {
  const [before, written] = readFileSync(path, 'utf8').split(START);
  const after = written?.split(END)[1];
  if (after === undefined) throw new Error(`${path} lacks the lines ${START}and ${END}`);
  await expect(
    `${before}${START}\n${table}\n\n${END}${after}`,
    `The table is stale. Run: ${REWRITE}`,
  ).toMatchFileSnapshot(path);
});
