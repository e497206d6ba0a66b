import { createHash } from 'node:crypto';
import { readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A socket file exists a moment before it listens, so a young one may belong to a run that is starting. */
const YOUNG_MS = 10_000;

/**
 * Locks a folder for this process with a socket that is named after the folder. A socket answers only while its process
 * lives, unlike a file with a pid. It is in the temporary folder, because its path must be short.
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
  // Closing removes the socket, so it must also happen when the process exits without `release`.
  const release = () => {
    process.off('exit', release);
    server.close();
  };
  process.once('exit', release);
  await sweep();
  return release;
};

/** Removes the sockets of killed runs in any folder. */
const sweep = async () => {
  const sockets = readdirSync(tmpdir()).filter((name) => /^omakase-linear-[0-9a-f]{24}\.sock$/.test(name));
  await Promise.all(sockets.map((name) => removeDead(join(tmpdir(), name), YOUNG_MS)));
};

const removeDead = async (path: string, olderThanMs = 0): Promise<void> => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found || Date.now() - found.mtimeMs < olderThanMs || !(await isDead(path))) return;
  // Another run may have created its own socket in the meantime.
  if (statSync(path, { throwIfNoEntry: false })?.ino !== found.ino) return;
  try {
    rmSync(path, { force: true });
  } catch {
    // It belongs to another user.
  }
};

/** Only a refused connection means that nobody listens. A busy socket, or one without permission, may be in use. */
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
