import type { XmlElement } from '@rgrove/parse-xml';
import { childOf, isElement, parameterOf } from './elements.ts';

const TITLED = new Set(['expand', 'info', 'note', 'warning', 'tip', 'panel']);
const PANEL_TYPES = new Set(['info', 'note', 'warning', 'tip', 'panel']);

/** The title above a macro's body, where its kind shows one. */
export const boxTitle = (macro: XmlElement, name: string): string =>
  TITLED.has(name) ? (parameterOf(macro, 'title') ?? '') : '';

/** The panels of an extension of the new editor, with their bodies. */
export const panelsIn = (extension: XmlElement): { name: string; body: XmlElement }[] =>
  extension.children.filter(isElement).flatMap((node) => {
    const body = node.name === 'ac:adf-node' ? childOf(node, 'ac:adf-content') : undefined;
    return body === undefined ? [] : [{ name: panelType(node), body }];
  });

const panelType = (node: XmlElement): string => {
  const attribute = node.children.filter(isElement).find(({ attributes }) => attributes.key === 'panel-type');
  const type = attribute?.text.trim() ?? 'panel';
  return PANEL_TYPES.has(type) ? type : 'panel';
};
