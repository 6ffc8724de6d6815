import { isDeepStrictEqual } from 'node:util';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { plainJson } from '../core/json/plain.ts';
import type { ManifestFile } from '../core/kubernetes/manifest-files.ts';
import type { ManifestObject } from '../core/kubernetes/manifest-objects.ts';
import { Fault } from '../core/problem/faults.ts';
import type { Problem } from '../core/problem/problem.ts';
import { readDocuments, type SourceDocument } from '../core/yaml/documents.ts';
import { changesFor } from '../core/yaml/edit-document.ts';
import { Uneditable } from '../core/yaml/editing.ts';
import { changedText, type LinedText, linedText } from '../core/yaml/text-changes.ts';
import { joinedTexts } from './joined-texts.ts';

/** What is to change about one object of a file. */
export interface ManifestEdit {
  readonly object: ManifestObject;
  /** On the document that the object stands in. */
  readonly operations: readonly Operation[];
  /** By path: how an empty or null value is to be written. */
  readonly spellings: ReadonlyMap<string, string>;
}

/**
 * The texts of the files with the edits made, as one stream. Every byte that an edit does not need stays.
 * @throws Fault PIL002 with every place that cannot be edited, so that there is never a text which says something else
 */
export function editedManifests(files: readonly ManifestFile[], edits: readonly ManifestEdit[]): string {
  const byDocument = Map.groupBy(edits, ({ object }) => object.document);
  const edited = files.map((file) => editedFile(file, byDocument));
  const problems = edited.flatMap((result) => result.problems);
  if (problems.length > 0) throw new Fault('PIL002', problems);
  return joinedTexts(edited);
}

interface EditedFile {
  readonly file: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly problems: readonly Problem[];
}

function editedFile(
  { file, text, documents }: ManifestFile,
  edits: ReadonlyMap<SourceDocument, readonly ManifestEdit[]>,
): EditedFile {
  const lined = linedText(text);
  const results = documents.map((document) => editedDocument(document, edits.get(document) ?? [], lined));
  const values = results.map(({ value }) => value);
  const problems = results.flatMap((result) => result.problems);
  if (problems.length > 0) return { file, text, values, problems };
  const changes = results.flatMap((result) => result.changes);
  if (changes.length === 0) return { file, text, values, problems };
  const changed = textOf(lined, changes);
  const { documents: read, problems: found } = readDocuments(changed ?? '', file);
  const whole = found.find(({ line }) => line === undefined);
  if (whole !== undefined)
    return { file, text, values, problems: [{ ...whole, message: `with its edits, ${whole.message}` }] };
  const wrong = documents.find((_, index) => !isSame(read[index]?.value, values[index]));
  if (changed !== undefined && wrong === undefined && read.length === values.length)
    return { file, text: changed, values, problems };
  const suspect = wrong ?? documents[0];
  const [first] = suspect === undefined ? [] : (edits.get(suspect) ?? []);
  return { file, text, values, problems: [unsafe(first, suspect, file)] };
}

function editedDocument(document: SourceDocument, edits: readonly ManifestEdit[], lined: LinedText) {
  const plain = plainJson(document.value);
  if (edits.length === 0) return { value: plain, changes: [], problems: [] };
  const operations = edits.flatMap((edit) => edit.operations);
  const spellings = new Map(edits.flatMap((edit) => [...edit.spellings]));
  try {
    const changes = changesFor(document, operations, lined, spellings);
    return { value: jsonPatch.applyPatch(plain, operations).newDocument, changes, problems: [] };
  } catch (error) {
    if (!(error instanceof Uneditable)) throw error;
    const { path, message, offset } = error;
    const place = offset === 0 ? document.place(path) : document.placeOfOffset(offset);
    const problem: Problem = { file: document.file, ...place, path, message };
    return { value: plain, changes: [], problems: [problem] };
  }
}

// two places that are one to the file, as an alias makes them, would be edited twice
function textOf(lined: LinedText, changes: Parameters<typeof changedText>[1]): string | undefined {
  try {
    return changedText(lined, changes);
  } catch {
    return undefined;
  }
}

const unsafe = (edit: ManifestEdit | undefined, document: SourceDocument | undefined, file: string): Problem => ({
  file,
  ...document?.place(edit?.object.at ?? ''),
  path: edit?.object.at ?? '',
  message: 'cannot be edited in place; write it in plain block style, without anchors, tags and explicit keys',
});

const isSame = (value: unknown, plain: unknown): boolean =>
  value !== undefined && isDeepStrictEqual(plainJson(value), plain);
