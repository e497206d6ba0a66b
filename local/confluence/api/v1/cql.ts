import { v1BadRequest } from '../errors.ts';

/** A condition of a CQL query. `text` is what is compared; a list for `in`. */
export type Condition =
  | { kind: 'and' | 'or'; parts: Condition[] }
  | { kind: 'not'; part: Condition }
  | { kind: 'field'; field: string; operator: string; values: string[] };

export interface Query {
  condition: Condition | undefined;
  order: { field: string; descending: boolean }[];
}

/** The operators of each field that this subset of CQL has. */
const fields: Record<string, readonly string[]> = {
  type: ['=', '!=', 'in'],
  space: ['=', '!=', 'in'],
  'space.key': ['=', '!=', 'in'],
  id: ['=', '!=', 'in'],
  content: ['=', '!=', 'in'],
  title: ['=', '!=', '~', '!~', 'in'],
  label: ['=', '!=', 'in'],
  ancestor: ['=', '!=', 'in'],
  parent: ['=', '!=', 'in'],
  lastmodified: ['=', '>', '>=', '<', '<='],
  created: ['=', '>', '>=', '<', '<='],
};
const orders = ['lastmodified', 'created', 'title', 'id'];

const MAX_LENGTH = 10_000;
const MAX_DEPTH = 50;

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(!=|>=|<=|!~|[=~<>(),])|([^\s"'=~<>(),!]+))/y;

interface Token {
  text: string;
  isQuoted: boolean;
}

/** Parses a CQL query. Throws the 400 of v1 for what this subset does not have. */
export const parseCql = (cql: string): Query => new Parser(tokensOf(cql), cql).query();

const cannotParse = (cql: string) => v1BadRequest(`Could not parse cql : ${cql.slice(0, 200)}`);

const tokensOf = (cql: string): Token[] => {
  if (cql.trim() === '' || cql.length > MAX_LENGTH) throw cannotParse(cql);
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < cql.trimEnd().length) {
    const [, quoted, operator, word] = TOKEN.exec(cql) ?? [];
    const text = operator ?? word ?? quoted?.slice(1, -1).replace(/\\(.)/g, '$1');
    if (text === undefined) throw cannotParse(cql);
    tokens.push({ text, isQuoted: quoted !== undefined });
  }
  return tokens;
};

class Parser {
  readonly #tokens: Token[];
  readonly #cql: string;
  #at = 0;

  constructor(tokens: Token[], cql: string) {
    this.#tokens = tokens;
    this.#cql = cql;
  }

  query(): Query {
    const condition = this.#isWord('order') ? undefined : this.#or(0);
    const order = this.#takeWord('order') ? this.#order() : [];
    if (this.#at < this.#tokens.length) throw cannotParse(this.#cql);
    return { condition, order };
  }

  #or(depth: number): Condition {
    if (depth > MAX_DEPTH) throw cannotParse(this.#cql);
    const parts = [this.#and(depth)];
    while (this.#takeWord('or')) parts.push(this.#and(depth));
    return { kind: 'or', parts };
  }

  #and(depth: number): Condition {
    const parts = [this.#not(depth)];
    while (this.#takeWord('and')) parts.push(this.#not(depth));
    return { kind: 'and', parts };
  }

  #not(depth: number): Condition {
    if (this.#takeWord('not')) return { kind: 'not', part: this.#not(depth + 1) };
    if (!this.#takeWord('(')) return this.#comparison();
    const inner = this.#or(depth + 1);
    this.#expect(')');
    return inner;
  }

  #comparison(): Condition {
    const field = this.#next().text.toLowerCase();
    const operators = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!operators)
      throw v1BadRequest(`No field exists with name: ${field} in cql : ${this.#cql.slice(0, 200)}`);
    const isNegated = this.#takeWord('not');
    const operator = this.#next().text.toLowerCase();
    if (!operators.includes(operator) || (isNegated && operator !== 'in')) throw cannotParse(this.#cql);
    const values = operator === 'in' ? this.#list() : [this.#value()];
    const comparison: Condition = { kind: 'field', field, operator, values };
    return isNegated ? { kind: 'not', part: comparison } : comparison;
  }

  #list(): string[] {
    this.#expect('(');
    const values = [this.#value()];
    while (this.#takeWord(',')) values.push(this.#value());
    this.#expect(')');
    return values;
  }

  #value(): string {
    const token = this.#next();
    // `now("-1d")` and the other functions are not part of this subset.
    if ((!token.isQuoted && /^[=~<>(),!]/.test(token.text)) || this.#isWord('('))
      throw cannotParse(this.#cql);
    return token.text;
  }

  #order(): Query['order'] {
    this.#expect('by');
    const order: Query['order'] = [];
    do {
      const field = this.#next().text.toLowerCase();
      if (!orders.includes(field)) throw v1BadRequest(`Cannot order by field: ${field}`);
      const descending = this.#takeWord('desc');
      if (!descending) this.#takeWord('asc');
      order.push({ field, descending });
    } while (this.#takeWord(','));
    return order;
  }

  #isWord(word: string): boolean {
    const token = this.#tokens[this.#at];
    return token !== undefined && !token.isQuoted && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    const isThere = this.#isWord(word);
    if (isThere) this.#at += 1;
    return isThere;
  }

  #expect(word: string): void {
    if (!this.#takeWord(word)) throw cannotParse(this.#cql);
  }

  #next(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw cannotParse(this.#cql);
    this.#at += 1;
    return token;
  }
}
