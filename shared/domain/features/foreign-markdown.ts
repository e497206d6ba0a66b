/** C0 and C1 controls except line feed and tab, and characters that change the direction of the text around them. */
const HIDDEN = /(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** The text with one kind of line break and without invisible characters. */
const plain = (text: string): string =>
  text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(HIDDEN, '')
    .replace(/\t/g, '    ');

const fenceFor = (text: string, least: number): string =>
  '`'.repeat(1 + Math.max(least - 1, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));

/** A fenced code block. The fence is longer than any in the text, so the text cannot close it. */
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

/** Linear turns a link to itself into a mention, which notifies people and links issues. */
const leadsToLinear = (text: string): boolean => {
  const url = URL.parse(text);
  return /linear\s*[.:]/i.test(text) || (url !== null && /(^|\.)linear\.app\.?$/i.test(url.hostname));
};

/** A link, or a code span if the link would become a mention or is not a web address. */
export const webLink = (text: string): string => {
  const url = URL.parse(text);
  const isWeb = url && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  // Linear could read an at sign as a mention.
  return isWeb && !leadsToLinear(text) ? `<${url.href.replaceAll('@', '%40')}>` : codeSpan(text);
};

/**
 * The parts of a line, in order of precedence: a code span, a mention, an escape, an image or a link, a URL, whatever
 * else Linear could read as a mention, and characters that open HTML, a link or an entity.
 */
const PART =
  /(?<ticks>`+)|\\?(?<name>(?<![\p{L}\p{N}@])@[^\s`<>[\]()]+)|\\(?<escaped>[!-/:-@[-`{-~])|!?\[(?<label>[^[\]]*)\]\((?<target>[^()\s]+)(?:\s[^()]*)?\)|(?<url>(?:[a-z][a-z0-9+.-]{0,30}:\/\/|www\.)[^\s<>`[\]()]*)|(?<linear>[^\s`<>[\]()]{0,200}linear[.:][^\s`<>[\]()]*)|(?<special>[<>[\]\\&@])/giu;

/** Where a code span ends: at the next run of backticks as long as the one that opened it. */
const endOfCode = (text: string, from: number, ticks: string): number | undefined => {
  const runs = /`+/g;
  runs.lastIndex = from;
  for (let run = runs.exec(text); run; run = runs.exec(text)) if (run[0] === ticks) return run.index;
  return undefined;
};

const line = (text: string): string => {
  let out = '';
  // Two adjacent code spans would merge into one.
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
      const linkText = line(label ?? '');
      add(linkText ? `${linkText}: ` : '');
      add(webLink(target));
    } else if (url !== undefined) {
      const [end = ''] = /[.,;:!?'"*_~]*$/.exec(url) ?? [];
      add(webLink(end && end.length < url.length ? url.slice(0, -end.length) : url));
      if (end.length < url.length) add(end.replace(/[*_~]/g, '\\$&'));
    } else if (name !== undefined || linear !== undefined) add(codeSpan(name ?? linear ?? ''));
    else add(`\\${special}`);
  }
  add(text.slice(at));
  // Plus signs would open a collapsed section. Tildes would open code, which FENCE does not see in a link's label.
  return out.replace(/^((?:\s|[-*+>]\s|\d+[.)]\s)*)(\+\+\+|~~~)/, '$1\\$2');
};

const FENCE = /^(?:\s|>|[-*+]\s|\d+[.)]\s)*(?<fence>`{3,}(?=[^`]*$)|~{3,})/;

/**
 * Makes untrusted Markdown safe to embed in our own. Lists, emphasis, headings, code and links stay. The result closes
 * what it opens, notifies nobody, loads nothing and contains no HTML.
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

/** The same for a text that must stay on one line. */
export const foreignLine = (text: string): string => line(plain(text).replace(/\s+/g, ' ').trim());
