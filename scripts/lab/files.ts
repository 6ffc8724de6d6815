import { resolve } from 'node:path';
import { type Reading, readSource } from '../../src/cli/read-source.ts';
import { readTextFile } from '../../src/cli/text-file.ts';
import { isObject } from '../../src/core/json/is-object.ts';
import { pointer } from '../../src/core/json/pointer.ts';
import { manifestObjects } from '../../src/core/kubernetes/manifest-files.ts';
import { podOfWorkload, type WorkloadPod } from '../../src/core/kubernetes/workload.ts';
import { Fault } from '../../src/core/problem/faults.ts';
import type { Problem } from '../../src/core/problem/problem.ts';
import { quoted } from '../../src/core/problem/quoted.ts';
import type { SourceDocument } from '../../src/core/yaml/documents.ts';
import { LAB_IMAGES } from '../../test/lab/images.ts';
import { imageNamed } from '../../test/node/image.ts';

/** What `lab up` is to bring up. */
export interface LabFiles {
  /** Absolute, in the order in which they are applied. */
  readonly files: readonly string[];
  /** Namespaces that pods go to and that stand in no file. */
  readonly missingNamespaces: readonly string[];
  readonly workloads: readonly LabWorkload[];
}

/** A workload whose pods are waited for. */
export interface LabWorkload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * Reads manifests and looks whether the lab can run what they name.
 * @throws Fault PIL001, PIL002 with the place of what does not parse, and of every image that the lab does not have
 */
export async function readLabFiles(paths: readonly string[]): Promise<LabFiles> {
  const sources = await Promise.all(paths.map((path) => readSource(path, READING)));
  const objects = manifestObjects(sources);
  const found = objects.flatMap(({ value, document, at }) => {
    const workload = podOfWorkload(value);
    return workload === undefined ? [] : [{ workload, document, at }];
  });
  const problems = found.flatMap(({ workload, document, at }) => unknownImages(workload, document, at));
  if (problems.length > 0) throw new Fault('PIL002', problems);
  const workloads = found.map(({ workload: { kind, name, namespace = 'default' } }) => ({ kind, name, namespace }));
  const inFiles = new Set(objects.map(({ value }) => namespaceIn(value)));
  const named = new Set(workloads.map(({ namespace }) => namespace));
  return {
    files: paths.map((path) => resolve(path)),
    missingNamespaces: [...named].filter((name) => !inFiles.has(name)),
    workloads,
  };
}

const READING: Reading = {
  readFile: readTextFile,
  // kubectl applies the files themselves
  readStdin: () => Promise.reject(new Error('the lab reads no stdin; write it into a file and name that')),
};

function namespaceIn(value: unknown): unknown {
  const isNamespace = isObject(value) && value.kind === 'Namespace' && isObject(value.metadata);
  return isNamespace ? (value.metadata as { readonly name?: unknown }).name : undefined;
}

function unknownImages({ template, templatePath }: WorkloadPod, document: SourceDocument, at: string): Problem[] {
  const { spec } = template;
  if (!isObject(spec)) return [];
  return ['initContainers', 'containers'].flatMap((list) => {
    const containers: unknown = spec[list];
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((container: unknown, index) => {
      const image = isObject(container) ? container.image : undefined;
      // the admission has a word for an image that is missing or no text
      if (typeof image !== 'string' || imageNamed(image, LAB_IMAGES) !== undefined) return [];
      const path = `${at}${templatePath}${pointer('spec', list, index, 'image')}`;
      const accepted = `accepted: ${Object.keys(LAB_IMAGES).join(', ')}`;
      const wayOut = 'name one of these, or add yours to the table in test/lab/images.ts';
      const message = `is ${quoted(image)}, which is no program of the lab; ${accepted}; ${wayOut}`;
      return [{ file: document.file, ...document.place(path), path, message }];
    });
  });
}
