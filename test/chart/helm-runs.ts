import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { OLDEST_KUBERNETES } from '../../src/core/kubernetes/oldest.ts';
import { findHelm, type HelmMajor } from '../tools/helm.ts';

export const CHART = fileURLToPath(new URL('../../charts/pillion/', import.meta.url));
export const HELMS: readonly HelmMajor[] = [3, 4];
export const NAMESPACE = 'pillion-system';

/** The values files of the chart, as paths inside of it, each a way to install it. */
export const VARIANTS: readonly string[] = [
  'values.yaml',
  'values-production.yaml',
  ...readdirSync(`${CHART}ci`).map((name) => `ci/${name}`),
];

export interface HelmRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the two Helms, untouched by the configuration of whoever runs the tests. */
export async function runHelm(
  major: HelmMajor,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<HelmRun> {
  const helm = await findHelm(major);
  const env = { PATH: process.env.PATH, HOME: '/nonexistent', ...variables };
  return new Promise((resolve) => {
    execFile(helm, [...args], { env, cwd, maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

/** What `helm template` prints for a values file of the chart, as text. */
export async function rendered(major: HelmMajor, variant: string, more: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await template(major, ['--values', `${CHART}${variant}`, ...more]);
  if (code !== 0) throw new Error(`helm ${major} cannot render ${variant}: ${stderr}`);
  return stdout;
}

export const template = (major: HelmMajor, args: readonly string[]): Promise<HelmRun> =>
  runHelm(major, ['template', 'pillion', CHART, '-n', NAMESPACE, '--kube-version', OLDEST_KUBERNETES, ...args]);

/** An object of a rendered chart. */
export interface ChartObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: whatever the kind has
  readonly [field: string]: any;
}

/** The objects of a text that Helm printed, in a fixed order. */
export function objectsIn(text: string): readonly ChartObject[] {
  const named = ({ kind, metadata }: ChartObject) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
  return parseAllDocuments(text, { version: '1.1' })
    .map((document) => {
      if (document.errors.length > 0) throw new Error(`Helm printed what is no YAML: ${document.errors[0]?.message}`);
      return document.toJS() as ChartObject | null;
    })
    .filter((object) => object !== null)
    .sort((one, other) => (named(one) < named(other) ? -1 : 1));
}
