import { rootOf, WORKLOADS } from '../../src/cluster/read-workload.ts';
import { pluralOf, REGISTERED_KINDS } from '../../src/cluster/registration/registered-objects.ts';
import { type Handler, json, status } from '../unit/cluster/fake-api-server.ts';

interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const PLURALS: ReadonlyMap<string, string> = new Map([
  ...WORKLOADS.map(({ kind, plural }) => [kind, plural] as const),
  ...REGISTERED_KINDS.map((kind) => [kind, pluralOf(kind)] as const),
  ['Namespace', 'namespaces'],
  ['Service', 'services'],
]);

function collectionOf({ apiVersion, kind, metadata: { namespace } }: Stored): string {
  const plural = PLURALS.get(kind);
  if (plural === undefined) throw new Error(`no plural of ${kind} is known in this test`);
  return `${rootOf({ apiVersion })}${namespace === undefined ? '' : `/namespaces/${namespace}`}/${plural}`;
}

/**
 * Answers reads as an API server that has these objects and no kinds of Pillion’s own.
 * @param forbidden what whoever asks may not read: the end of a path, and what the API server says
 */
export function servedObjects(
  objects: readonly Stored[],
  forbidden?: { readonly path: string; readonly says: string },
): Handler {
  const collections = Map.groupBy(objects, collectionOf);
  return (request, response) => {
    const { path } = request;
    const answer = (): Handler => {
      if (forbidden !== undefined && path.endsWith(forbidden.path)) return status(403, 'Forbidden', forbidden.says);
      const items = collections.get(path);
      // an API server has an empty list of what there is none of
      if (items !== undefined || [...PLURALS.values()].some((plural) => path.endsWith(`/${plural}`)))
        return json({ kind: 'List', metadata: {}, items: items ?? [] });
      const [, collection = '', name = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
      const found = collections.get(collection)?.find(({ metadata }) => metadata.name === name);
      return found === undefined ? status(404, 'NotFound') : json(found);
    };
    answer()(request, response);
  };
}
