import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

const HEARTBEAT_MS = 5_000;
// six missed heartbeats: a holder on another machine or in another container, whose pid means nothing here, is gone
const STALE_MS = 30_000;
const RETRY_MS = 300;

/**
 * Runs `work` while holding the lock file at `path`, so that no other process does the same at the same time. A lock whose owner has
 * died is taken over.
 * @template T
 * @param {string} path a file that exists only while the lock is held; its folder is made
 * @param {{onWait?: (holder: string) => void}} options `onWait` is called once when another process holds the lock
 * @param {() => Promise<T>} work
 * @returns {Promise<T>} what `work` returns; its error passes through after the lock is released
 */
export async function withLock(path, { onWait }, work) {
  await mkdir(dirname(path), { recursive: true });
  const owner = JSON.stringify({ pid: process.pid, host: hostname(), id: randomUUID() });
  let waited = false;
  while (!(await take(path, owner))) {
    const holder = await readFile(path, 'utf8').catch(() => undefined);
    if (holder === undefined) continue;
    if (await isStale(path, holder)) {
      await discard(path, holder);
      continue;
    }
    if (!waited) onWait?.(describe(holder));
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, HEARTBEAT_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === owner) await rm(path, { force: true });
  }
}

async function take(path, owner) {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(owner);
    await file.close();
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path, holder) {
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > STALE_MS) return true;
  const { pid, host } = parse(holder);
  if (host !== hostname() || typeof pid !== 'number') return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

// between the judgement and the removal another process may have taken over: what is moved away is compared, and put back
async function discard(path, holder) {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => {});
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && moved !== holder) await rename(aside, path);
  else await rm(aside, { force: true });
}

function parse(holder) {
  try {
    return JSON.parse(holder);
  } catch {
    return {};
  }
}

function describe(holder) {
  const { pid, host } = parse(holder);
  return pid === undefined ? 'another process' : `process ${pid} on ${host}`;
}
