const HEARTBEAT_MS = 30_000;
const REDRAW_MS = 250;

/**
 * A duration as a person reads it.
 * @param {number} ms
 * @returns {string} `0.4 s`, `12 s`, `3 min 05 s`
 */
export function duration(ms) {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}

/**
 * Shows long work on a stream. On a terminal the running steps share one line that is redrawn with their elapsed time; elsewhere
 * a step is a line at once, a line when it ends, and a line each 30 s in between.
 * @param {NodeJS.WriteStream} stream
 */
export function createProgress(stream = process.stderr) {
  const live = Boolean(stream.isTTY) && process.env.CI === undefined && process.env.TERM !== 'dumb';
  /** @type {Map<symbol, {text: string, since: number}>} */
  const running = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;

  const elapsed = ({ text, since }) => `${text} (${duration(Date.now() - since)})`;
  const clear = () => live && stream.write('\r\x1b[2K');
  const draw = () => {
    if (!live || running.size === 0) return;
    const line = [...running.values()].map(elapsed).join(' · ');
    const room = (stream.columns ?? 80) - 3;
    stream.write(`\r\x1b[2K\x1b[2m… ${line.length > room ? `${line.slice(0, room - 1)}…` : line}\x1b[0m`);
  };
  const beat = () => {
    if (live) draw();
    else for (const step of running.values()) stream.write(`… ${elapsed(step)}\n`);
  };
  const note = (text) => {
    clear();
    stream.write(`${text}\n`);
    draw();
  };
  const step = (text) => {
    const key = Symbol(text);
    const since = Date.now();
    running.set(key, { text, since });
    timer ??= setInterval(beat, live ? REDRAW_MS : HEARTBEAT_MS).unref();
    if (live) draw();
    else stream.write(`… ${text}\n`);
    const end = (line) => {
      if (!running.delete(key)) return;
      if (running.size === 0) {
        clearInterval(timer);
        timer = undefined;
      }
      note(line);
    };
    return {
      update: (next) => running.set(key, { text: next, since }),
      done: (result = text) => end(`✓ ${result} (${duration(Date.now() - since)})`),
      failed: (result = text) => end(`✗ ${result} (${duration(Date.now() - since)})`),
    };
  };
  return { note, step };
}
