// `node scripts/bootstrap.mjs SCRIPT [ARGS]`: installs the packages when they are missing or out of date, then runs SCRIPT under
// Node 24. Plain JavaScript on Node 18 and nothing but Node's own modules, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installDependencies } from './install-dependencies.mjs';

const NEEDED_MAJOR = 24;
const PACKAGED = ['linux-x64', 'linux-arm64'];
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGWINCH'];
// under a terminal Ctrl-C arrives twice: from the terminal, and from npm, which passes on what it got itself
const SAME_SIGNAL_MS = 400;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runsNeeded = Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR;
const platform = `${process.platform}-${process.arch}`;

function wayOut(problem) {
  return `${problem} Install Node ${NEEDED_MAJOR} or newer (for example \`nvm install ${NEEDED_MAJOR}\`), then run the same command again.`;
}

function findNode() {
  const packaged = join(root, 'node_modules', `node-${platform}`, 'bin', 'node');
  if (runsNeeded) return process.execPath;
  if (spawnSync(packaged, ['--version']).status === 0) return packaged;
  throw new Error(
    wayOut(`The Node ${NEEDED_MAJOR} among the installed packages (node-${platform}) does not run here.`),
  );
}

function run(node, script, args) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  const lifeline = pathToFileURL(join(root, 'scripts', 'lifeline.mjs')).href;
  const child = spawn(node, ['--import', lifeline, resolve(root, script), ...args], {
    // a session of its own: the terminal's Ctrl-C does not reach it directly, so it gets each signal once, from here
    detached: true,
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, PATH: path, PILLION_LIFELINE_FD: '3' },
  });
  const last = new Map();
  for (const signal of PASSED_ON) {
    process.on(signal, () => {
      const now = Date.now();
      if (signal !== 'SIGWINCH' && now - (last.get(signal) ?? 0) < SAME_SIGNAL_MS) return;
      last.set(signal, now);
      child.kill(signal);
    });
  }
  child.on('error', (error) => fail(new Error(wayOut(`${node} could not be started (${error.message}).`))));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    dieOf(signal);
  });
}

function dieOf(signal) {
  for (const name of PASSED_ON) process.removeAllListeners(name);
  process.kill(process.pid, signal);
  // a signal that does not end this process (SIGPIPE is ignored by Node) still has to be seen
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100);
}

function fail(error) {
  if (error.interrupted) return dieOf(error.interrupted);
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

try {
  const [script, ...args] = process.argv.slice(2);
  if (script === undefined)
    throw new Error('usage: node scripts/bootstrap.mjs SCRIPT [ARGS] (npm run does this for you)');
  if (!runsNeeded && !PACKAGED.includes(platform)) {
    throw new Error(
      wayOut(`Pillion runs on Node ${NEEDED_MAJOR}; this is Node ${process.versions.node} on ${platform}.`),
    );
  }
  await installDependencies(root);
  run(findNode(), script, args);
} catch (error) {
  fail(error);
}
