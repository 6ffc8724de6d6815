import { Document } from 'yaml';

/** A document whose texts Helm and kubectl read as texts too: they still take a bare Off or yes for a boolean. */
export function yamlDocument(value: unknown, comment?: string): Document {
  const document = new Document(value, { version: '1.1', aliasDuplicateObjects: false });
  if (comment !== undefined) document.commentBefore = ` ${comment}`;
  return document;
}

/** The document as text, without the line that tells its version. */
export const yamlText = (document: Document): string => document.toString({ lineWidth: 120 });
