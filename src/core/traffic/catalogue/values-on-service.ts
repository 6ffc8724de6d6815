import { pointer } from '../../json/pointer.ts';
import type { Service } from '../../kubernetes/service.ts';
import type { SourceDocument } from '../../yaml/documents.ts';
import { placesOfText } from '../../yaml/text-in-document.ts';
import { type ReadValues, readTrafficValues } from '../read-values.ts';
import { mismatches, TRAFFIC_ANNOTATION, trafficText } from '../traffic-service.ts';

/**
 * The traffic values in the annotation of a Service, with places in its file.
 * @param at JSON pointer from the document to the Service
 * @returns undefined for a Service that says nothing about its traffic
 */
export function valuesOnService(service: Service, document: SourceDocument, at: string): ReadValues | undefined {
  const text = trafficText(service);
  if (text === undefined) return undefined;
  const placed = placesOfText(document, at + pointer('metadata', 'annotations', TRAFFIC_ANNOTATION));
  const read = readTrafficValues(text, document.file);
  if ('problems' in read)
    return {
      problems: read.problems.map(({ line = 1, column = 1, ...problem }) => ({
        ...problem,
        ...placed({ line, column }),
      })),
    };
  const within: SourceDocument = { ...read.document, place: (path) => placed(read.document.place(path)) };
  const written = { ...read, document: within };
  const problems = mismatches(service, written);
  return problems.length > 0 ? { problems } : written;
}
