import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { createProgress } from './progress.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SHOWN_LINES = 40;

/**
 * Brings node_modules to what package-lock.json says, when it is missing or was installed from another lockfile.
 * @param {string} root the checkout
 * @returns {Promise<void>}
 * @throws an Error that says what to do next when npm cannot install
 */
export async function installDependencies(root) {
  const lockfile = readFileSync(join(root, 'package-lock.json'));
  // the optional packages that fit differ by platform
  const hash = createHash('sha256').update(lockfile).update(`${process.platform}-${process.arch}`).digest('hex');
  const stamp = join(root, 'node_modules', '.pillion-lockfile-hash');
  const installed = () => readOr(stamp, '') === hash;
  if (installed()) return;
  if (matchesHiddenLockfile(root, JSON.parse(lockfile.toString()))) {
    writeFileSync(stamp, hash);
    return;
  }
  const progress = createProgress();
  const lock = join(cacheFolder(), `install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`);
  const onWait = (holder) => progress.note(`waiting: ${holder} is installing the packages of this checkout`);
  await withLock(lock, { onWait }, async () => {
    if (installed()) return;
    const step = progress.step('npm ci: installing the packages of this checkout, once (10 s to 1 min)');
    try {
      await npmCi(root);
      writeFileSync(stamp, hash);
      step.done('npm ci: packages installed');
    } catch (error) {
      step.failed('npm ci failed');
      throw error;
    }
  });
}

function cacheFolder() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'pillion');
}

function readOr(path, otherwise) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}

// npm writes this file at the end of every install: a developer's own `npm ci` or `npm install` needs no second one
function matchesHiddenLockfile(root, lockfile) {
  const hidden = JSON.parse(readOr(join(root, 'node_modules', '.package-lock.json'), '{}')).packages;
  if (hidden === undefined) return false;
  const wanted = Object.entries(lockfile.packages).filter(([path]) => path !== '');
  const strays = Object.keys(hidden).filter((path) => lockfile.packages[path] === undefined);
  return (
    strays.length === 0 &&
    wanted.every(([path, { integrity, optional }]) =>
      hidden[path] === undefined ? optional === true : hidden[path].integrity === integrity,
    )
  );
}

function npmCi(root) {
  const args = ['ci', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--engine-strict=false'];
  // without these, NODE_ENV=production or a user's `omit` leaves out the tools, and the Node 24 that is an optional package
  args.push('--include=dev', '--include=optional');
  const { npm_execpath: npmScript, npm_node_execpath: npmNode } = process.env;
  const [command, prefix] = npmScript && npmNode ? [npmNode, [npmScript]] : ['npm', []];
  return new Promise((resolve, reject) => {
    // npm ci removes node_modules first: nothing that it starts may come from there
    const path = (process.env.PATH ?? '').split(delimiter).filter((entry) => !entry.includes('node_modules'));
    const env = { ...process.env, PATH: path.join(delimiter) };
    const npm = spawn(command, [...prefix, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    npm.stdout.on('data', (chunk) => (output += chunk));
    npm.stderr.on('data', (chunk) => (output += chunk));
    let interrupted;
    const pass = (signal) => {
      interrupted = signal;
      npm.kill(signal);
      setTimeout(() => npm.kill('SIGKILL'), 5_000).unref();
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    const settle = (error) => {
      for (const signal of SIGNALS) process.off(signal, pass);
      if (interrupted) reject(Object.assign(new Error('interrupted: run the same command again'), { interrupted }));
      else if (error) reject(error);
      else resolve();
    };
    npm.on('error', (error) =>
      settle(new Error(`npm could not be started (${error.message}): install npm 10 or newer and put it on PATH`)),
    );
    npm.on('close', (code) => settle(code === 0 ? undefined : new Error(npmAdvice(code, output))));
  });
}

function npmAdvice(code, output) {
  // npm ends a refusal with its whole usage text, which hides the reason
  const [reason] = output.trim().split(/\n.*(?:Clean install a project|Usage:)/);
  const tail = reason.split('\n').slice(-SHOWN_LINES).join('\n');
  return `${tail}\n\nnpm ci ended with exit code ${code}. ${nextStep(output)}`;
}

function nextStep(output) {
  if (/EUSAGE|in sync/.test(output)) {
    return 'package-lock.json does not fit package.json: restore both with git, or run `npm install` if you changed one of them.';
  }
  if (/ENOTFOUND|ECONN|ETIMEDOUT|EAI_AGAIN|UNABLE_TO|CERT_|E40[13]/.test(output)) {
    return 'The package registry could not be reached: check the network, the proxy (HTTPS_PROXY) and `npm config get registry`, then run the same command again.';
  }
  return 'Run the same command again; if it fails the same way, remove node_modules and run `npm ci` to see all of its output.';
}
