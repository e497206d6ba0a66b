import { XmlCdata, XmlElement, XmlText } from '@rgrove/parse-xml';

export type Node = XmlElement['children'][number];

export const isElement = (node: Node): node is XmlElement => node instanceof XmlElement;
export const isText = (node: Node): node is XmlText => node instanceof XmlText;

/** The value of a macro's `ac:parameter`. */
export const parameterOf = (macro: XmlElement, name: string): string | undefined => {
  for (const child of macro.children)
    if (isElement(child) && child.name === 'ac:parameter' && child.attributes['ac:name'] === name)
      return child.text.trim() || child.children.find(isElement)?.attributes['ri:content-title'];
  return undefined;
};

export const childOf = (element: XmlElement, name: string): XmlElement | undefined => {
  for (const child of element.children) if (isElement(child) && child.name === name) return child;
  return undefined;
};

export const macroName = (macro: XmlElement): string => macro.attributes['ac:name'] ?? '';

/** The text in a macro's plain-text body. A `]]>` in it makes several CDATA sections. */
export const plainBody = (macro: XmlElement): string => {
  let text = '';
  for (const child of childOf(macro, 'ac:plain-text-body')?.children ?? [])
    if (child instanceof XmlCdata || isText(child)) text += child.text;
  return text;
};

/** The editor's id of an element. */
export const localIdOf = ({ attributes }: XmlElement): string | undefined =>
  attributes['local-id'] || attributes['ac:local-id'] || undefined;
