import type { Problem } from '../../problem/problem.ts';
import { leftOut } from '../left-out.ts';
import { readTrafficService, type TrafficJudge, trafficText } from '../traffic-service.ts';
import type { CatalogueContent } from './catalogue.ts';
import type { ServiceManifest } from './project.ts';

/**
 * What the plain Envoy would leave out of values that stand on Services of manifests, each at its place. Of values that stand elsewhere it
 * is not known: that depends on the Service.
 */
export const leftOutOfFiles = ({ projects, services }: CatalogueContent, judge: TrafficJudge): readonly Problem[] =>
  services.flatMap((manifest) => {
    const own = projects.find((project) => isOn(project, manifest));
    const text = trafficText(manifest.service);
    if (own === undefined || text === undefined) return [];
    const read = readTrafficService(manifest.service, manifest.namespace ?? '', text, judge);
    if ('problems' in read) return [];
    const { file, place } = own.document;
    return leftOut(read.service).map(({ path, message }) => ({ file, ...place(path), path, message }));
  });

const isOn = (
  { name, namespace, document }: CatalogueContent['projects'][number],
  manifest: ServiceManifest,
): boolean => name === manifest.name && namespace === manifest.namespace && document.file === manifest.document.file;
