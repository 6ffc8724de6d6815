import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { structured } from '../cli/output/structured.ts';
import { readSource } from '../cli/read-source.ts';
import type { TrafficDefaults } from '../core/api/traffic/defaults.ts';
import { fieldsOf } from '../core/json/fields-of.ts';
import { manifestFiles } from '../core/kubernetes/manifest-files.ts';
import { shown } from '../core/policy/read-object.ts';
import { Fault } from '../core/problem/faults.ts';
import { quoted } from '../core/problem/quoted.ts';
import type { TemplatesIdentity } from '../core/project-chart/generated-header.ts';
import {
  lockProblems,
  readTemplatesLock,
  type TemplatesLock,
  type TemplatesSource,
} from '../core/project-chart/templates-lock.ts';
import { type FileTree, treeDigest } from '../core/project-chart/tree-digest.ts';
import { readTrafficDefaults } from '../core/traffic/read-defaults.ts';
import type { PluginEnvironment } from './environment.ts';
import { exists, readTree } from './file-tree.ts';
import type { Helm } from './helm.ts';
import type { TemplatesFlags } from './plugin-flags.ts';
import { pulledChart, unpackedChart } from './pulled-chart.ts';

/** The name that the central templates have, wherever they come from: their named templates begin with it. */
export const CENTRAL = 'mesh-standard';
/** Stands in the working directory. */
export const LOCK = 'pillion.lock';

/** The central templates that count. */
export interface CentralTemplates extends TemplatesIdentity {
  readonly tree: FileTree;
  /** What the company chose, of their files. */
  readonly company: TrafficDefaults;
  /** Writes pillion.lock where it has to say something else than before. */
  pin(): Promise<void>;
}

/**
 * Loads the central templates: those of the flags, else those that pillion.lock names, else those that the plugin brings.
 * @throws Fault PIL001, PIL002, PIL003 for flags that do not say enough, PIL009 when Helm cannot pull, PIL010 when others are pinned
 */
export async function centralTemplates(
  helm: Helm,
  flags: TemplatesFlags,
  environment: PluginEnvironment,
): Promise<CentralTemplates> {
  const pinned = (await exists(LOCK)) ? await readLock(environment) : undefined;
  const { templates, repo } = flags;
  if (templates === undefined && repo !== undefined)
    throw misused('--repo', 'stands without --templates NAME; give both');
  const source = templates === undefined ? pinned?.source : { templates, ...(repo === undefined ? {} : { repo }) };
  const version = flags.version ?? (flags.updateLock ? undefined : pinned?.version);
  if (source === undefined && flags.version !== undefined)
    throw misused(
      '--version',
      'stands without --templates; name where that version is, or leave it out for the one that the plugin brings',
    );
  const tree = await (source === undefined ? bundled(environment) : loaded(helm, source, version, flags.pullFlag));
  const name = source?.templates ?? CENTRAL;
  const found = identityOf(tree, name);
  if (flags.version !== undefined && found.version !== flags.version)
    throw misused('--version', `is ${quoted(flags.version)}; ${name} is version ${found.version}`);
  const lock = source === undefined ? undefined : { source, ...found };
  if (pinned !== undefined && lock !== undefined && !flags.updateLock) {
    const problems = lockProblems(pinned, lock, LOCK);
    if (problems.length > 0) throw new Fault('PIL010', problems);
  }
  const pin = async (): Promise<void> => {
    if (lock !== undefined && (pinned === undefined || flags.updateLock)) await writeLock(lock);
  };
  return { ...found, tree, company: companyDefaults(tree, name), pin };
}

async function readLock(environment: PluginEnvironment): Promise<TemplatesLock> {
  const read = readTemplatesLock((await readSource(LOCK, environment)).text, LOCK);
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  return read.value;
}

const writeLock = (lock: TemplatesLock): Promise<void> =>
  writeFile(LOCK, `# The central templates of this project, for helm pillion; commit it.\n${structured(lock, 'yaml')}`);

function bundled({ variables }: PluginEnvironment): Promise<FileTree> {
  const { HELM_PLUGIN_DIR: folder } = variables;
  if (folder === undefined) throw misused('HELM_PLUGIN_DIR', 'is not set; start this as: helm pillion');
  return readTree(join(folder, 'dist', CENTRAL));
}

const EXACT = /^v?\d+\.\d+\.\d+([-+].*)?$/;

async function loaded(
  helm: Helm,
  { templates, repo }: TemplatesSource,
  version: string | undefined,
  pullFlags: readonly string[] = [],
): Promise<FileTree> {
  const isRemote = repo !== undefined || /^oci:\/\//.test(templates);
  if (!isRemote) return local(helm, templates);
  if (version === undefined || !EXACT.test(version)) {
    const got = version === undefined ? 'is missing' : `is ${quoted(version)}`;
    throw misused(
      '--version',
      `${got}; accepted for ${templates}: one version such as 1.4.0, so that everybody gets the same`,
    );
  }
  return pulledChart(helm, [
    templates,
    '--version',
    version,
    ...(repo === undefined ? [] : ['--repo', repo]),
    ...pullFlags,
  ]);
}

async function local(helm: Helm, path: string): Promise<FileTree> {
  if (path.endsWith('.tgz')) return unpackedChart(helm, path);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return readTree(path);
  throw misused(
    '--templates',
    `is ${quoted(path)}, which is no folder; accepted: the folder of a chart, an archive (.tgz), oci://REGISTRY/NAME with --version, or NAME with --repo URL and --version`,
  );
}

function identityOf(tree: FileTree, from: string): TemplatesIdentity {
  const file = `${from}/Chart.yaml`;
  const [chart] = manifestFiles([{ file, text: tree.get('Chart.yaml')?.toString('utf8') ?? '' }]);
  const [document] = chart?.documents ?? [];
  const { name, version } = fieldsOf(document?.value);
  if (name === CENTRAL && typeof version === 'string') return { version, digest: treeDigest(tree) };
  const message = `the chart's name is ${shown(name)}, its version ${shown(version)}; accepted: ${CENTRAL}, with a version, or a copy of it that the platform team edited`;
  throw new Fault('PIL002', [{ file, ...document?.place('/name'), path: '/name', message }]);
}

function companyDefaults(tree: FileTree, from: string): TrafficDefaults {
  const path = 'files/defaults.yaml';
  const read = readTrafficDefaults(tree.get(path)?.toString('utf8') ?? '', `${from}/${path}`);
  if ('problems' in read) throw new Fault('PIL002', read.problems);
  return read.value;
}

const misused = (flag: string, message: string): Fault => new Fault('PIL003', [{ path: flag, message }]);
