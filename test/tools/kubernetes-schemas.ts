import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { createProgress } from '../../scripts/progress.mjs';
import { kubernetesModule } from '../controlplane/find.ts';
import { moduleFolder } from '../controlplane/tool-module.ts';
import { cacheFolder } from '../needs/cache.ts';
import type { FindToolOptions } from './find-tool.ts';
import { moduleSources } from './module-sources.ts';
import { customSchemas, type Definition, kubernetesSchemas, type SchemaFile, type Swagger } from './schema-files.ts';

/** Raise it when `schema-files.ts` writes something else: the schemas in the cache are then made again. */
const EDITION = 1;

const CUSTOM_RESOURCES = fileURLToPath(new URL('./custom-resources/', import.meta.url));
const CUSTOM: readonly [module: string, folder: string][] = [
  ['github.com/cert-manager/cert-manager', 'deploy/crds'],
  ['github.com/prometheus-operator/prometheus-operator', 'example/prometheus-operator-crd'],
];

/**
 * Where kubeconform finds the schemas of what the chart may render, for its `-schema-location`: the kinds of the Kubernetes that the
 * control plane has, of cert-manager and of the Prometheus operator. They are made once, from the Go modules of each, and closed: an
 * unknown field is an error. Rejects with MissingNeed when they have to be made and there is no Go.
 */
export async function findKubernetesSchemas({ progress = createProgress() }: FindToolOptions = {}): Promise<string> {
  const kubernetes = moduleFolder(kubernetesModule());
  const folder = join(cacheFolder(), 'schemas', await keyOf([kubernetes, CUSTOM_RESOURCES]));
  if (!(await exists(folder))) {
    const step = progress.step('making the JSON schemas of what the chart may render');
    try {
      await writeSchemas(folder, [...(await ofKubernetes(kubernetes)), ...(await ofCustomResources())]);
    } catch (error) {
      step.failed('the JSON schemas could not be made');
      throw error;
    }
    step.done('made the JSON schemas');
  }
  return join(folder, '{{.ResourceKind}}{{.KindSuffix}}.json');
}

async function keyOf(modules: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(`${EDITION}`);
  for (const folder of modules) hash.update(await readFile(join(folder, 'go.sum')));
  return hash.digest('hex').slice(0, 12);
}

async function ofKubernetes(module: string): Promise<SchemaFile[]> {
  const sources = await moduleSources(module, 'k8s.io/kubernetes');
  const document = await readFile(join(sources, 'api', 'openapi-spec', 'swagger.json'), 'utf8');
  return kubernetesSchemas(JSON.parse(document) as Swagger);
}

async function ofCustomResources(): Promise<SchemaFile[]> {
  const schemas: SchemaFile[] = [];
  for (const [module, folder] of CUSTOM) {
    const sources = join(await moduleSources(CUSTOM_RESOURCES, module), folder);
    for (const name of (await readdir(sources)).filter((file) => file.endsWith('.yaml'))) {
      schemas.push(...customSchemas(parse(await readFile(join(sources, name), 'utf8')) as Definition));
    }
  }
  return schemas;
}

async function writeSchemas(folder: string, schemas: readonly SchemaFile[]): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  try {
    for (const { file, schema } of schemas) await writeFile(join(unfinished, file), JSON.stringify(schema));
    await rename(unfinished, folder);
  } catch (error) {
    // another process was faster
    if (!(await exists(folder))) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
