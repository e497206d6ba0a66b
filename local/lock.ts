import { createHash } from 'node:crypto';
import { readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A socket is there a moment before it listens: a young one that refuses may be a run that is just starting. */
const YOUNG_MS = 10_000;

/**
 * Takes a folder for this process by a socket named after it: a socket answers only while its process lives, which a
 * file with a pid cannot say. It stands in the temporary folder, for its path must be short.
 */
export const lockFolder = async (dir: string): Promise<() => void> => {
  const name = createHash('sha256').update(realpathSync(dir)).digest('hex').slice(0, 24);
  const path = join(tmpdir(), `omakase-linear-${name}.sock`);
  await removeDead(path);
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(inUse(dir)));
    server.listen(path, resolve);
  });
  server.unref();
  // Closing removes the socket. A process that exits without a stop would leave it.
  const release = () => {
    process.off('exit', release);
    server.close();
  };
  process.once('exit', release);
  await sweep();
  return release;
};

/** Removes the sockets of runs that were killed, of whatever folder. */
const sweep = async () => {
  const sockets = readdirSync(tmpdir()).filter((name) => /^omakase-linear-[0-9a-f]{24}\.sock$/.test(name));
  await Promise.all(sockets.map((name) => removeDead(join(tmpdir(), name), YOUNG_MS)));
};

const removeDead = async (path: string, olderThanMs = 0): Promise<void> => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || Date.now() - found.mtimeMs < olderThanMs || !(await isDead(path))) return;
  // Another start may have put its own there meanwhile.
  if (statSync(path, { throwIfNoEntry: false })?.ino !== found.ino) return;
  try {
    rmSync(path, { force: true });
  } catch {
    // Another user's: it is not ours to remove.
  }
};

/** Only a refusal says that nobody listens; a busy socket, or one that we may not open, is left alone. */
const isDead = (path: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(path)
      .once('connect', () => {
        socket.destroy();
        resolve(false);
      })
      .once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });

const inUse = (dir: string) =>
  new Error(`Another run uses DATA_DIR ${dir}: stop it, or set DATA_DIR to another folder.`);
