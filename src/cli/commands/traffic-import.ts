import { Document } from 'yaml';
import type { Environment as RunsIn, Tier } from '../../core/api/traffic/service.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import { Fault } from '../../core/problem/faults.ts';
import { problemLine } from '../../core/problem/problem.ts';
import { type ImportedService, importTraffic } from '../../core/traffic/import/import-traffic.ts';
import type { LeftBehind } from '../../core/traffic/import/istio-objects.ts';
import { judgedValues } from '../../core/traffic/judged-values.ts';
import type { Environment } from '../environment.ts';
import { readManifests } from '../manifests.ts';
import { type OutputFormat, structured } from '../output/structured.ts';
import { trafficFindingsText } from '../output/traffic-findings.ts';
import { companyDefaults, type TrafficFlags } from '../traffic-sources.ts';

export interface TrafficImportFlags extends TrafficFlags {
  readonly file: string[];
  readonly namespace: string;
  readonly clusterDomain: string;
  readonly tier?: Tier;
  readonly environment?: RunsIn;
  readonly output: OutputFormat;
}

/**
 * `pillion traffic import -f FILE`: the traffic values that say what VirtualServices, DestinationRules and Gateways say, a document for each
 * service. What they cannot say goes to stderr, with the rules that they break.
 * @returns 0 when they say everything, else 1
 * @throws Fault PIL001, PIL002, PIL004 where there is nothing to import
 */
export async function importTrafficFiles(flags: TrafficImportFlags, environment: Environment): Promise<number> {
  const [company, objects] = await Promise.all([
    companyDefaults(flags, environment),
    readManifests(flags.file, environment),
  ]);
  const { namespace: defaultNamespace, clusterDomain, tier, environment: runsIn } = flags;
  const placed = objects.map(({ value, document, at }) => ({
    value,
    place: (path: string) => ({ file: document.file, ...document.place(at + path) }),
  }));
  const { services, left } = importTraffic(placed, {
    ...{ defaultNamespace, clusterDomain, company },
    ...(tier === undefined ? {} : { tier }),
    ...(runsIn === undefined ? {} : { environment: runsIn }),
  });
  if (services.length === 0 && left.length === 0)
    throw new Fault('PIL004', [
      { path: '', message: `no object in ${flags.file.join(', ')} is a VirtualService or DestinationRule of Istio` },
    ]);
  if (flags.output === 'human') {
    environment.stdout(services.map(valuesText).join('---\n'));
    for (const service of services) {
      const file = `values of ${service.namespace}/${service.name}`;
      const judged = judgedValues({ text: valuesText(service), file }, company, isoDay(environment.now()));
      if ('findings' in judged) environment.stderr(trafficFindingsText(judged.findings, environment.colour));
    }
    environment.stderr(left.map(leftLine).join(''));
  } else environment.stdout(structured({ services, left }, flags.output));
  return left.length === 0 ? 0 : 1;
}

function valuesText({ namespace, name, values, from }: ImportedService): string {
  const document = new Document(values, { version: '1.1' });
  document.commentBefore = ` The traffic to ${namespace}/${name}, from ${from.join(', ')}`;
  return document.toString({ lineWidth: 0 });
}

const leftLine = ({ object, path, message, ...place }: LeftBehind): string =>
  `${problemLine({ ...place, path: '', message: `${object} ${path} ${message}` })}\n`;
