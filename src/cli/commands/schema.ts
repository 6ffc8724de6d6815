import { publishedSchema, type SchemaName } from '../../core/api/published-schemas.ts';
import type { Environment } from '../environment.ts';

/** `pillion schema NAME`: the JSON Schema of one kind of document. */
export function showSchema(name: SchemaName, environment: Environment): number {
  environment.stdout(`${JSON.stringify(publishedSchema(name), null, 2)}\n`);
  return 0;
}
