import { parseAllDocuments } from 'yaml';
import type { ApiClient } from '../../cluster/api-client.ts';
import { eventually } from '../../cluster/eventually.ts';
import { istioDefinitions } from '../../istio/peer-programs.ts';
import type { Manifest } from './surroundings.ts';

/** What the API server said to an object. */
export interface Answer {
  readonly kind: string;
  readonly status: number;
  readonly message: unknown;
}

/** An API server that knows Istio’s kinds, with the rules in their definitions. */
export interface IstioKinds {
  /** Creates an object; an unknown field is refused. With `dryRun` it is not kept. */
  answerTo(object: Manifest, dryRun?: boolean): Promise<Answer>;
  /** @throws Error with the answer when the object is refused */
  create(object: Manifest): Promise<void>;
}

const SERVED = ['networking/virtualservices', 'telemetry/telemetries', 'security/peerauthentications'];

/** Installs the definitions of Istio’s kinds, and waits until they are served. */
export async function istioKinds(api: ApiClient): Promise<IstioKinds> {
  const plurals = new Map([
    ['Pod', 'pods'],
    ['Secret', 'secrets'],
    ['Service', 'services'],
  ]);
  for (const document of parseAllDocuments(await istioDefinitions())) {
    const definition = document.toJS();
    if (definition === null) continue;
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const { status, body } = await api.call('POST', path, definition);
    if (status !== 201) throw new Error(JSON.stringify(body));
    plurals.set(definition.spec.names.kind, definition.spec.names.plural);
  }
  for (const served of SERVED) {
    const [group, plural] = served.split('/');
    await eventually(`${plural} are served`, async () => {
      const path = `/apis/${group}.istio.io/v1/namespaces/default/${plural}`;
      return (await api.call('GET', path)).status === 200;
    });
  }
  const answerTo = async (object: Manifest, dryRun = false): Promise<Answer> => {
    const { apiVersion, kind, metadata } = object;
    const root = apiVersion === 'v1' ? 'api' : 'apis';
    const path = `/${root}/${apiVersion}/namespaces/${metadata.namespace}/${plurals.get(kind)}`;
    const query = `?fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
    const { status, body } = await api.call('POST', path + query, object);
    return { kind, status, message: body.message };
  };
  return {
    answerTo,
    create: async (object) => {
      const answer = await answerTo(object);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer));
    },
  };
}
