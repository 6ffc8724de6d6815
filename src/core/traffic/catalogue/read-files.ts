import type { Problem } from '../../problem/problem.ts';
import { readDocuments } from '../../yaml/documents.ts';
import { judgedOf } from '../judged-values.ts';
import type { TrafficFinding } from '../lint/lint-traffic.ts';
import { readTrafficValues } from '../read-values.ts';
import type { TrafficJudge } from '../traffic-service.ts';
import type { CatalogueContent } from './catalogue.ts';
import { type Piece, piecesOf } from './pieces.ts';
import type { Project } from './project.ts';
import { canHoldValues } from './values-in-document.ts';

/** A file that may hold traffic values. */
export interface TrafficFile {
  readonly file: string;
  readonly text: string;
  /** Whether somebody named it, and not only a directory above it: then it has to hold some. */
  readonly isNamed: boolean;
}

/** What stands in files about traffic, and what is told of each service for itself. */
export interface ReadFiles extends CatalogueContent {
  readonly findings: readonly TrafficFinding[];
  readonly problems: readonly Problem[];
  /** Where values stand that count only over others, which are judged together with those alone. */
  readonly layers: readonly Problem[];
}

/**
 * Reads traffic values wherever they stand: in files of their own, under the key `mesh` of a chart’s values, and on Services of
 * manifests, whose other Services and workloads are read as well.
 */
export function readTrafficFiles(files: readonly TrafficFile[], { company, today }: TrafficJudge): ReadFiles {
  const read = files.map(readFile);
  const pieces = read.flatMap((file) => file.pieces);
  const written = pieces.flatMap((piece) => (piece.kind === 'values' ? [piece] : []));
  const judged = written.flatMap(({ read: values, namespace }) =>
    'problems' in values ? [] : [{ ...judgedOf(values, company, today), namespace }],
  );
  return {
    projects: judged.map(
      ({ values, origins, namespace, written: { value, document } }): Project => ({
        name: values.service.name,
        namespace,
        environment: values.environment ?? 'production',
        values,
        origins,
        project: value,
        document,
      }),
    ),
    services: pieces.flatMap((piece) => (piece.kind === 'service' ? [piece.manifest] : [])),
    pods: pieces.flatMap((piece) => (piece.kind === 'pods' ? [piece.pods] : [])),
    findings: judged.flatMap(({ findings }) => findings),
    problems: [
      ...read.flatMap(({ problems }) => problems),
      ...written.flatMap(({ read: values }) => ('problems' in values ? values.problems : [])),
    ],
    layers: pieces.flatMap((piece) => (piece.kind === 'layer' ? [piece.place] : [])),
  };
}

function readFile({ file, text, isNamed }: TrafficFile): {
  readonly pieces: readonly Piece[];
  readonly problems: readonly Problem[];
} {
  if (!isNamed && !canHoldValues(file, text)) return { pieces: [], problems: [] };
  const { documents, problems } = readDocuments(text, file);
  const pieces = documents.flatMap((document) => piecesOf(document, isNamed));
  if (!isNamed || pieces.some((piece) => piece.kind === 'values' && !piece.isWhole)) return { pieces, problems };
  // whoever names a file is told everything that keeps it from being one of traffic values
  return { pieces: [{ kind: 'values', read: readTrafficValues(text, file), namespace: undefined }], problems: [] };
}
