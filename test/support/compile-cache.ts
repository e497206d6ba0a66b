import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The processes that the files of a project start load the same modules, so they share what Node compiled of them. */
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'compiled');
