/** An attribute where it is written. */
export interface Attribute {
  name: string;
  /** The value as it is written, without its quotes and with its entities. */
  source: string;
  /** From the first character of the name to behind the closing quote. */
  start: number;
  end: number;
}

interface OpenTag {
  attributes: Attribute[];
  /** Behind the `>`. */
  openEnd: number;
  closesItself: boolean;
}

const NAME_END = /[\s=/>]/;

/** The open tag that begins at an offset of well-formed storage. The parser does not tell where its parts are. */
export const openTagOf = (storage: string, start: number): OpenTag => {
  const attributes: Attribute[] = [];
  let at = nameEnd(storage, start + 1);
  for (;;) {
    at = skipSpace(storage, at);
    const closesItself = storage[at] === '/';
    if (closesItself || storage[at] === '>')
      return { attributes, openEnd: closesItself ? at + 2 : at + 1, closesItself };
    const name = storage.slice(at, nameEnd(storage, at));
    const open = skipSpace(storage, skipSpace(storage, at + name.length) + 1);
    const close = storage.indexOf(storage[open] ?? '', open + 1);
    attributes.push({ name, source: storage.slice(open + 1, close), start: at, end: close + 1 });
    at = close + 1;
  }
};

const nameEnd = (storage: string, from: number): number => {
  let at = from;
  while (!NAME_END.test(storage[at] ?? '>')) at += 1;
  return at;
};

const skipSpace = (storage: string, from: number): number => {
  let at = from;
  while (/\s/.test(storage[at] ?? '')) at += 1;
  return at;
};
