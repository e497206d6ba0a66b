import MarkdownIt from 'markdown-it';

/** How deeply lists and quotes may nest, and brackets within a line. The parser gives up on what is deeper. */
export const DEEPEST = 100;

const ENCODED = /%25(?=[\da-f]{2})/gi;
const BARE_ORIGIN = /^https?:\/\/[^/?#]+$/i;

/** Where a link leads, in one spelling: percent-encoded, an origin with its slash. */
export const address = (url: string): string => {
  const encoded = encodeURI(url.toWellFormed()).replace(ENCODED, '%');
  return BARE_ORIGIN.test(encoded) ? `${encoded}/` : encoded;
};

/**
 * CommonMark with tables, struck text and bare URLs. `html` keeps a tag apart from text that looks like one. Nothing
 * parsed here is ever shown, so links of every scheme are links.
 */
export const parser = new MarkdownIt({ html: true, linkify: true, maxNesting: DEEPEST });
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
parser.validateLink = () => true;
parser.normalizeLink = address;
parser.normalizeLinkText = (url) => url;
