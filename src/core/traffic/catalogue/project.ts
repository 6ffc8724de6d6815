import type { Environment } from '../../api/traffic/service.ts';
import type { Service } from '../../kubernetes/service.ts';
import type { SourceDocument } from '../../yaml/documents.ts';
import type { Judged } from '../lint/rule.ts';
import { type Named, placeOf } from './named-things.ts';

/** What one team says about the traffic to its service, as one of many. */
export interface Project extends Judged, Named {
  /** Values that do not say where they hold count as those of production, as for the rules. */
  readonly environment: Environment;
  /** The values themselves, with the way from a JSON pointer to the place in their file. */
  readonly document: SourceDocument;
}

/** A Service of a manifest, whether its team says something about its traffic or not. */
export interface ServiceManifest extends Named {
  readonly service: Service;
  readonly document: SourceDocument;
}

/** The pods that a workload of a manifest creates. */
export interface PodTemplate {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** A project as its callers name it. */
export const projectName = ({ namespace, name }: Project): string => placeOf(namespace, name);

/** A place in the values of a project, for a message: `catalog.yaml:3:1`. */
export function placeText({ document }: Project, path: string): string {
  const { line, column } = document.place(path);
  return `${document.file}:${line}:${column}`;
}
