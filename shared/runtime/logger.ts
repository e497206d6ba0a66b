import { service, writeLine } from './stdout.ts';

type Fields = Record<string, unknown>;

let kept: Fields = {};

const write = (level: string) => (message: string, fields: Fields) =>
  writeLine({ level, message, timestamp: new Date().toISOString(), service, ...kept, ...fields });

/** One line for each unit of work, with its `outcome`. Never a body, a header set, the environment or a token. */
export const logger = {
  /** Says these on every line until the keys are reset. */
  appendKeys(fields: Fields): void {
    kept = { ...kept, ...fields };
  },
  resetKeys(): void {
    kept = {};
  },
  info: write('INFO'),
  warn: write('WARN'),
  error: write('ERROR'),
};
