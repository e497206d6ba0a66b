import { display, fold, oneLine } from '../../domain/planning/text.ts';
import { foldedLine } from './folded.ts';

/** How a language says "As W, I want X, so that Y", folded. An `ends` starts the reason Y. */
type Voice = { starts: string[]; wants: string[]; may?: string[]; ends: string[] };

const voices: Voice[] = [
  {
    starts: ['as a ', 'as an '],
    wants: ['i want ', 'i need ', 'i would like ', 'i can ', 'i must be able '],
    may: ['to '],
    ends: [', so that ', ' so that ', ', in order to ', ' in order to '],
  },
  {
    starts: ['als '],
    wants: ['mochte ich ', 'will ich ', 'muss ich '],
    ends: [', damit ', ', sodass ', ', um '],
  },
  {
    starts: ['en tant que ', "en tant qu'"],
    wants: ['je veux ', 'je souhaite ', 'je voudrais ', 'je dois '],
    may: ['pouvoir '],
    ends: [', afin de ', ', afin que ', ", afin d'", ', pour ', ' afin de ', ' afin que ', " afin d'"],
  },
  {
    starts: ['como '],
    wants: ['quiero ', 'necesito ', 'deseo ', 'quero ', 'preciso ', 'desejo ', 'gostaria de '],
    ends: [', para ', ' para que '],
  },
];

const LONGEST_START = 20;
const starts = new Set(voices.flatMap((voice) => voice.starts.map((words) => words.charAt(0))));

/** Whether a text may start as one of the voices. Other than ASCII and blanks may fold to anything. */
const mayStart = (text: string): boolean => {
  const code = text.charCodeAt(0);
  return !(code > 0x20 && code < 0x7f) || starts.has(text.charAt(0).toLowerCase());
};

const JA_AS = 'として';
const JA_WANT = 'たい';

/** A user-voice sentence. `want` is what is wanted, with an upper-case first letter: its title. */
export const userVoiceOf = (source: string): { want: string } | undefined =>
  (mayStart(source) ? spoken(source) : undefined) ?? japanese(source);

const spoken = (source: string): { want: string } | undefined => {
  const opening = fold(source.slice(0, LONGEST_START));
  for (const voice of voices) {
    const start = voice.starts.find((words) => opening.startsWith(words));
    if (start === undefined) continue;
    const line = foldedLine(source);
    const { folded } = line;
    const want = firstOf(folded, voice.wants, start.length);
    if (want === undefined || !isWho(folded.slice(start.length, want.at))) continue;
    const may = voice.may?.find((words) => folded.startsWith(words, want.end));
    const from = want.end + (may?.length ?? 0);
    const reason = firstOf(folded, voice.ends, from);
    return wanted(line.text.slice(line.at(from), line.at(reason?.at ?? sentenceEnd(folded, from))));
  }
  return undefined;
};

/** The earliest of some phrases, at the start of a word. */
const firstOf = (text: string, phrases: string[], from: number) => {
  let first: { at: number; end: number } | undefined;
  for (const phrase of phrases)
    for (let at = text.indexOf(phrase, from); at >= 0; at = text.indexOf(phrase, at + 1)) {
      if (first !== undefined && at >= first.at) break;
      const before = text.charAt(at - 1);
      if (!phrase.startsWith(' ') && !phrase.startsWith(',') && before !== ' ' && before !== ',') continue;
      first = { at, end: at + phrase.length };
      break;
    }
  return first;
};

/** Somebody, in the same sentence. */
const isWho = (text: string): boolean => text.trim() !== '' && sentenceEnd(text, 0) === text.length;

/** Where the sentence ends: at a full stop before another one. */
const sentenceEnd = (text: string, from: number): number => {
  const stop = text.indexOf('. ', from);
  return stop < 0 ? text.length : stop;
};

const wanted = (text: string): { want: string } | undefined => {
  const want = display(text);
  const [first] = want;
  return first === undefined ? undefined : { want: first.toUpperCase() + want.slice(first.length) };
};

const japanese = (source: string): { want: string } | undefined => {
  const text = oneLine(source);
  const as = text.indexOf(JA_AS);
  if (as <= 0) return undefined;
  const sentence = text.endsWith('。') ? text.slice(0, -1) : text;
  const from = as + JA_AS.length;
  const comma = text.charAt(from) === '、' || text.charAt(from) === ',' ? 1 : 0;
  if (!sentence.endsWith(JA_WANT) || sentence.length - JA_WANT.length <= from + comma) return undefined;
  return wanted(sentence.slice(from + comma, -JA_WANT.length));
};
