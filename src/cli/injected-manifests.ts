import type { Operation } from 'fast-json-patch';
import type { DecidedWorkload } from '../core/admission/decided-workloads.ts';
import { isObject } from '../core/json/is-object.ts';
import { pointer, valueAt } from '../core/json/pointer.ts';
import type { ManifestFile } from '../core/kubernetes/manifest-files.ts';
import { Fault } from '../core/problem/faults.ts';
import { ANNOTATIONS } from '../core/sidecar/names.ts';
import { statusWithin } from '../core/sidecar/status.ts';
import { CREATABLE, isSpelling } from '../core/sidecar/undo-record.ts';
import { spellingAt } from '../core/yaml/edit-document.ts';
import type { ManifestEdit } from './edited-manifests.ts';

/**
 * The patch that a webhook answers for the pods of a workload, as an edit of the pod template in its file. The status
 * also takes up what only the file knows: how an empty or null map or list was written.
 * @throws Fault PIL002 when the template has something that is no map where one is needed
 */
export function injectionEdit({ object, workload, operations }: DecidedWorkload, file: ManifestFile): ManifestEdit {
  const { document } = object;
  const template = object.at + workload.templatePath;
  const { metadata } = workload.template;
  const lacksMetadata = metadata === undefined || metadata === null;
  if (!lacksMetadata && !isObject(metadata)) throw refused(object, template + CREATABLE.metadata, 'is not a map');
  const replaced = Object.values(CREATABLE).flatMap((path): [string, string][] => {
    const touched = operations.some((operation) => isWithin(operation.path, path));
    const value = valueAt(workload.template, path);
    if (!touched || value === undefined || hasMembers(value)) return [];
    const spelling = spellingAt(document, template + path, file.text);
    if (spelling !== undefined && !isSpelling(path, spelling))
      throw refused(object, template + path, 'is empty in a way that cannot be edited in place; leave it out');
    return spelling === undefined ? [] : [[path, spelling]];
  });
  const undo = { created: lacksMetadata ? [CREATABLE.metadata] : [], replaced: Object.fromEntries(replaced) };
  const inner = lacksMetadata || replaced.length > 0 ? operations.map((one) => withStatus(one, undo)) : operations;
  const outer: Operation[] = lacksMetadata ? [{ op: 'add', path: CREATABLE.metadata, value: {} }] : [];
  const all = [...outer, ...inner].map((operation) => ({ ...operation, path: template + operation.path }));
  return { object, operations: all, spellings: new Map() };
}

const isWithin = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}/`);

const hasMembers = (value: unknown): boolean =>
  value !== null && (typeof value !== 'object' || Object.keys(value).length > 0);

/** The operation with this told in the status that it writes, when it writes one. */
function withStatus(operation: Operation, undo: Parameters<typeof statusWithin>[1]): Operation {
  if (operation.op !== 'add') return operation;
  const { path, value } = operation;
  const key = ANNOTATIONS.status;
  if (path === CREATABLE.annotations + pointer(key)) return { ...operation, value: statusWithin(value, undo) };
  if (path !== CREATABLE.annotations) return operation;
  return { ...operation, value: { ...value, [key]: statusWithin(value[key], undo) } };
}

const refused = ({ document }: DecidedWorkload['object'], path: string, message: string): Fault =>
  new Fault('PIL002', [{ file: document.file, ...document.place(path), path, message }]);
