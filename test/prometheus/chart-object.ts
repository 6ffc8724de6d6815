import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';

const EXPECTED = new URL('../chart/expected/ci-everything-values.yaml', import.meta.url);

/** An object of the chart with everything switched on. The suite `chart` holds the file to what Helm renders, so no Helm is needed here. */
export async function chartObject<T>(kind: string, name: string): Promise<T> {
  const objects = parseAllDocuments(await readFile(EXPECTED, 'utf8')).map((document) => document.toJS());
  const found = objects.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`the chart renders no ${kind} called ${name}`);
  return found as T;
}
