import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { ServiceError } from './service-error.ts';

type Entry = {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
};

export type EventBuses = ReturnType<typeof createEventBuses>;

/** EventBridge accepts at most this many entries and this many bytes in one request. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 256 * 1024;

/** EventBridge's PutEvents. It appends the events to `file`, one per line, oldest first. */
export const createEventBuses = (names: readonly string[], file: string) => ({
  putEvents({ Entries }: { Entries: Entry[] }) {
    if (Entries.length < 1 || Entries.length > MAX_ENTRIES)
      throw new ServiceError('ValidationException', `Entries must have 1 to ${MAX_ENTRIES} members.`);
    const bytes = Entries.reduce((sum, entry) => sum + Buffer.byteLength(JSON.stringify(entry)), 0);
    if (bytes > MAX_BYTES)
      throw new ServiceError('ValidationException', `Total size of the entries is over ${MAX_BYTES} bytes.`);
    const answers = Entries.map((entry) => {
      const fault = faultOf(entry, names);
      if (fault) return fault;
      const event = {
        id: randomUUID(),
        source: entry.Source,
        'detail-type': entry.DetailType,
        time: new Date().toISOString(),
        bus: entry.EventBusName,
        detail: JSON.parse(entry.Detail ?? ''),
      };
      appendFileSync(file, `${JSON.stringify(event)}\n`, { mode: 0o600 });
      return { EventId: event.id };
    });
    return {
      FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length,
      Entries: answers,
    };
  },
});

const faultOf = ({ Source, DetailType, Detail, EventBusName = '' }: Entry, names: readonly string[]) => {
  if (!names.includes(EventBusName))
    return { ErrorCode: 'NotFound', ErrorMessage: `Event bus ${EventBusName} does not exist.` };
  if (!(Source && DetailType))
    return { ErrorCode: 'InvalidArgument', ErrorMessage: 'Source and DetailType are needed.' };
  try {
    JSON.parse(Detail ?? '');
    return undefined;
  } catch {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
};
