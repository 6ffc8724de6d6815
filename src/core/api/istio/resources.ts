import { Type } from 'typebox';
import { group } from './fields.ts';

const Amounts = (preset: Readonly<Record<string, string>>, description: string) =>
  Type.Record(Type.String({ pattern: '^[a-z0-9]([-a-z0-9./]{0,251}[a-z0-9])?$' }), Type.String({ maxLength: 32 }), {
    // a bare `false` is more than the library’s own Default can take
    additionalProperties: Type.Never(),
    default: preset,
    description,
  });
export const resources = (
  requests: Readonly<Record<string, string>>,
  limits: Readonly<Record<string, string>>,
  description: string,
) =>
  Type.Object(
    {
      requests: Amounts(requests, 'What the node keeps for it.'),
      limits: Amounts(limits, 'The most that it may take.'),
    },
    { ...group, description },
  );
