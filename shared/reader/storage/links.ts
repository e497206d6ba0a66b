import type { XmlElement } from '@rgrove/parse-xml';
import { childOf } from './elements.ts';

/** What a link of Confluence shows, which is a person, its body or a title, and the attachment that it leads to. */
export const linkOf = (link: XmlElement) => {
  const file = childOf(link, 'ri:attachment')?.attributes['ri:filename'];
  return {
    user: childOf(link, 'ri:user'),
    body: childOf(link, 'ac:link-body') ?? childOf(link, 'ac:plain-text-link-body'),
    title: childOf(link, 'ri:page')?.attributes['ri:content-title'] ?? file ?? link.attributes['ac:anchor'],
    file,
  };
};

/** What an image is called. */
export const imageOf = (image: XmlElement): string =>
  childOf(image, 'ri:attachment')?.attributes['ri:filename'] ??
  childOf(image, 'ri:url')?.attributes['ri:value'] ??
  image.attributes['ac:alt'] ??
  '';
