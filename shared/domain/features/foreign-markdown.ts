/** C0 and C1 controls but line feed and tab, and what changes the direction of text around it. */
const HIDDEN = /(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text with one kind of line break, and nothing in it that cannot be seen. */
const plain = (text: string): string =>
  text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(HIDDEN, '')
    .replace(/\t/g, '    ');

const fenceFor = (text: string, least: number): string =>
  '`'.repeat(1 + Math.max(least - 1, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));

/** A fenced block that the text cannot end. */
export const codeBlock = (text: string): string => {
  const inside = plain(text);
  const fence = fenceFor(inside, 3);
  return `${fence}\n${inside}\n${fence}`;
};

const codeSpan = (text: string): string => {
  const fence = fenceFor(text, 1);
  const pad = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
};

/** Linear makes a mention of a link to itself, which notifies people and links issues (facts §3.5). */
const leadsToLinear = (text: string): boolean => {
  const url = URL.parse(text);
  return /linear\s*[.:]/i.test(text) || (url !== null && /(^|\.)linear\.app\.?$/i.test(url.hostname));
};

/** An address that people can follow, or code where it would be a mention or is no web address. */
export const webLink = (text: string): string => {
  const url = URL.parse(text);
  const isWeb = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  // An at sign could be read as a name.
  return isWeb && !leadsToLinear(text) ? `<${url.href.replaceAll('@', '%40')}>` : codeSpan(text);
};

/**
 * The parts of a line, first match first: a code span, a name, an escape, an image or a link, an address, what else
 * could be a mention, and whatever opens HTML, a link or an entity.
 */
const PART =
  /(?<ticks>`+)|\\?(?<name>(?<![\p{L}\p{N}@])@[^\s`<>[\]()]+)|\\(?<escaped>[!-/:-@[-`{-~])|!?\[(?<label>[^[\]]*)\]\((?<target>[^()\s]+)(?:\s[^()]*)?\)|(?<url>(?:[a-z][a-z0-9+.-]{0,30}:\/\/|www\.)[^\s<>`[\]()]*)|(?<linear>[^\s`<>[\]()]{0,200}linear[.:][^\s`<>[\]()]*)|(?<special>[<>[\]\\&@])/giu;

/** Where the code that begins with a run of backticks ends: at the next run of the same length. */
const endOfCode = (text: string, from: number, ticks: string): number | undefined => {
  const runs = /`+/g;
  runs.lastIndex = from;
  for (let run = runs.exec(text); run; run = runs.exec(text)) if (run[0] === ticks) return run.index;
  return undefined;
};

const line = (text: string): string => {
  let out = '';
  // Two code spans side by side would be one.
  const add = (part: string) => {
    out += out.endsWith('`') && part.startsWith('`') ? ` ${part}` : part;
  };
  const parts = new RegExp(PART);
  let at = 0;
  for (let match = parts.exec(text); match; match = parts.exec(text)) {
    const { ticks, escaped, label, target, url, name, linear, special } = match.groups ?? {};
    add(text.slice(at, match.index));
    at = parts.lastIndex;
    if (ticks !== undefined) {
      const end = endOfCode(text, at, ticks);
      if (end === undefined) add(ticks.replaceAll('`', '\\`'));
      else {
        const code = text.slice(at, end);
        add(codeSpan(code.trim() || code));
        at = end + ticks.length;
        parts.lastIndex = at;
      }
    } else if (escaped !== undefined) add(escaped === '@' ? codeSpan('@') : `\\${escaped}`);
    else if (target !== undefined) {
      const words = line(label ?? '');
      add(words ? `${words}: ` : '');
      add(webLink(target));
    } else if (url !== undefined) {
      const [end = ''] = /[.,;:!?'"*_~]*$/.exec(url) ?? [];
      add(webLink(end && end.length < url.length ? url.slice(0, -end.length) : url));
      if (end.length < url.length) add(end.replace(/[*_~]/g, '\\$&'));
    } else if (name !== undefined || linear !== undefined) add(codeSpan(name ?? linear ?? ''));
    else add(`\\${special}`);
  }
  add(text.slice(at));
  // A line of plus signs opens a part that is folded away, one of tildes code that a label may have hidden.
  return out.replace(/^((?:\s|[-*+>]\s|\d+[.)]\s)*)(\+\+\+|~~~)/, '$1\\$2');
};

const FENCE = /^(?:\s|>|[-*+]\s|\d+[.)]\s)*(?<fence>`{3,}(?=[^`]*$)|~{3,})/;

/**
 * Markdown by a stranger, made safe to stand among our own: lists, emphasis, headings, code and links stay. It ends
 * what it opens, notifies nobody, loads nothing and holds no HTML.
 */
export const foreignMarkdown = (text: string): string => {
  const out: string[] = [];
  let code: { fence: string; lines: string[] } | undefined;
  const endCode = () => {
    if (code) out.push('', codeBlock(code.lines.join('\n')), '');
    code = undefined;
  };
  for (const each of plain(text).split('\n')) {
    if (code) {
      const bare = each.replace(/^[\s>]+/, '').trimEnd();
      const isEnd = bare.length >= code.fence.length && bare === code.fence.charAt(0).repeat(bare.length);
      if (isEnd) endCode();
      else code.lines.push(each);
    } else {
      const fence = FENCE.exec(each)?.groups?.fence;
      if (fence) code = { fence, lines: [] };
      else out.push(line(each));
    }
  }
  endCode();
  return out
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
};

/** The same on one line. */
export const foreignLine = (text: string): string => line(plain(text).replace(/\s+/g, ' ').trim());
