import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { moduleSources } from '../tools/module-sources.ts';

const PINNED = fileURLToPath(new URL('../istio/peer/', import.meta.url));
const TESTDATA = 'pkg/kube/inject/testdata/inject';
const CHART = 'manifests/charts/istio-control/istio-discovery/values.yaml';

export type Json = Record<string, unknown>;

/** What the parity run reads of Istio’s sources: its injection goldens and the values of its chart. */
export interface Peer {
  /** Names of all files of its injection test. */
  readonly files: readonly string[];
  /** The objects of one of them, those of a List one by one. */
  objects(file: string): Json[];
  /** The values of the default chart. */
  readonly values: ChartValues;
}

export interface ChartValues {
  readonly global: {
    readonly hub: string;
    readonly tag: string;
    readonly proxy: { readonly resources: Json };
  };
}

/** Reads Istio’s goldens from the Go module that test/istio/peer pins. Rejects with MissingNeed when there is no Go to get it with. */
export async function readPeer(): Promise<Peer> {
  const sources = await moduleSources(PINNED, 'istio.io/istio');
  const folder = join(sources, TESTDATA);
  const chart = parse(readFileSync(join(sources, CHART), 'utf8')) as Json;
  return {
    files: readdirSync(folder).sort(),
    objects: (file) => objectsOf(readFileSync(join(folder, file), 'utf8')),
    values: chart._internal_defaults_do_not_set as unknown as ChartValues,
  };
}

const objectsOf = (text: string): Json[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Json | null)
    .filter((object) => object !== null)
    .flatMap((object) => (object.kind === 'List' ? (object.items as Json[]) : [object]));
