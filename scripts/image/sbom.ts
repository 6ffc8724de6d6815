import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BundledPackage } from './packages.ts';

const run = promisify(execFile);

/** The fields of CycloneDX 1.5 that are read or written here; npm writes more. */
export interface Component {
  readonly 'bom-ref': string;
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly [field: string]: unknown;
}

export interface Sbom {
  readonly bomFormat: 'CycloneDX';
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/**
 * What is in the image: the packages of the bundle, as `npm sbom` describes them from the lockfile, Node, and the base image.
 * Installed is more than bundled, so npm’s list alone would name packages that nobody ships. The same source gives the same
 * text: npm’s serial number and time are left out.
 * @param base the image below, as the build was told
 * @throws Error when npm does not know a package of the bundle, or knows it as needed for development only
 */
export async function sbom(root: string, packages: readonly BundledPackage[], base?: string): Promise<Sbom> {
  // not --omit=dev: npm 11 then leaves out what is needed for both
  const flags = ['--sbom-format=cyclonedx', '--package-lock-only'];
  const { stdout } = await run('npm', ['sbom', ...flags], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const { serialNumber: _, ...installed } = JSON.parse(stdout) as Sbom & { serialNumber?: string };
  const { component, tools } = installed.metadata as Sbom['metadata'] & { tools?: unknown };
  const bundled = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = installed.components.filter((entry) => bundled.has(idOf(entry)) && !isForDevelopment(entry));
  const known = new Set(components.map(idOf));
  const unknown = [...bundled].filter((id) => !known.has(id));
  if (unknown.length > 0)
    throw new Error(
      `${unknown.join(', ')} is in the bundle and not among the "dependencies" of package.json: add it there`,
    );
  const refs = new Set([component, ...components].map((entry) => entry['bom-ref']));
  return {
    ...installed,
    // npm takes the name of the folder
    metadata: {
      component: { ...component, type: 'application', name: 'pillion' },
      ...(tools === undefined ? {} : { tools }),
    },
    components: [...components, ...componentsBelow(base)],
    dependencies: installed.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
  };
}

const idOf = ({ name, version }: Component): string => `${name}@${version}`;

const isForDevelopment = ({ properties = [] }: Component): boolean =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');

const componentsBelow = (base: string | undefined): Component[] => [
  {
    'bom-ref': 'node',
    type: 'platform',
    name: 'node',
    version: '24',
    description: 'exactly the one of the base image',
  },
  ...(base === undefined ? [] : [{ 'bom-ref': 'base', type: 'container', name: base }]),
];
