import { readPage } from '../../../shared/reader/read-page.ts';
import { pageOfBytes } from './plan-page.ts';

/** Reads a page of so many bytes, or none, and prints its peak memory in MB. */
const bytes = Number(process.argv[2]);
if (bytes > 0) readPage({ storage: pageOfBytes(bytes), users: new Map() });
process.stdout.write(String(process.resourceUsage().maxRSS / 1024));
