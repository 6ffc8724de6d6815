import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Fault } from '../core/problem/faults.ts';
import type { PluginEnvironment } from './environment.ts';

/** The Helm that runs us. */
export interface Helm {
  /** Runs it and gives what it prints. @throws Fault PIL009 with what it said */
  ask(args: readonly string[]): Promise<string>;
  /** Hands our own input and output over to it; signals that we get go on to it. @returns its exit code */
  handOver(args: readonly string[]): Promise<number>;
}

// what the plugin is tested with; before 3.18 Helm cannot read schemas of the draft that charts/mesh-standard has
const OLDEST: ReadonlyMap<number, number> = new Map([
  [3, 21],
  [4, 3],
]);
/** The signals that ask a process to end. */
export const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Finds the Helm that runs us, by $HELM_BIN.
 * @throws Fault PIL009 when it is not there or older than the oldest that will do
 */
export async function findHelm(environment: PluginEnvironment): Promise<Helm> {
  const { HELM_BIN: program } = environment.variables;
  if (program === undefined || program === '')
    throw unusable('HELM_BIN is not set; Helm sets it for its plugins, so start this as: helm pillion');
  const helm: Helm = {
    ask: (args) => output(program, args, environment),
    handOver: (args) => status(program, args, environment),
  };
  const version = (await helm.ask(['version', '--template', '{{.Version}}'])).trim();
  const [, major = Number.NaN, minor = Number.NaN] = (/^v?(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  const oldest = OLDEST.get(major);
  if (oldest === undefined || !(minor >= oldest)) {
    const accepted = [...OLDEST].map((parts) => `${parts.join('.')} or a later ${parts[0]}`).join(', ');
    throw unusable(
      `${program} is Helm ${version}; accepted: ${accepted}; install one and run the same command with it`,
    );
  }
  return helm;
}

const unusable = (message: string, cause?: unknown): Fault => new Fault('PIL009', [{ path: '', message }], cause);

function output(program: string, args: readonly string[], { variables }: PluginEnvironment): Promise<string> {
  const options = { env: variables, maxBuffer: MOST_BYTES };
  return new Promise((resolve, reject) => {
    execFile(program, [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout);
      if (error.code === 'ENOENT' || error.code === 'EACCES')
        return reject(unusable(`${program} cannot be run (HELM_BIN): ${error.message}`, error));
      const said = stderr.trim() === '' ? error.message : stderr.trim();
      const lines = [`helm ${args[0]} failed:`, ...said.split('\n').map((line) => `  ${line}`)];
      reject(
        new Fault(
          'PIL009',
          lines.map((message) => ({ path: '', message })),
          error,
        ),
      );
    });
  });
}

function status(program: string, args: readonly string[], environment: PluginEnvironment): Promise<number> {
  const { signals, variables } = environment;
  const child = spawn(program, [...args], { stdio: 'inherit', env: variables });
  // we outlive it, since the chart that it reads is ours to remove
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ENDING) signals.on(signal, passOn);
  return new Promise<number>((resolve, reject) => {
    child.on('error', (error) => reject(unusable(`${program} cannot be run (HELM_BIN): ${error.message}`, error)));
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  }).finally(() => {
    for (const signal of ENDING) signals.off(signal, passOn);
  });
}
