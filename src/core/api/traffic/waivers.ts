import { type Static, Type } from 'typebox';
import { group, list, text } from './building-blocks.ts';

const Waiver = group('One rule that is broken on purpose.', {
  rule: text('a rule such as MESH012', '^MESH[0-9]{3}$', 'The rule.', 7),
  reason: Type.String({ minLength: 10, maxLength: 500, description: 'Why, for those who read it later.' }),
  expires: text(
    'a day such as "2027-01-31"',
    '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
    'The last day on which it counts; at most a year ahead.',
    10,
  ),
});
export type Waiver = Static<typeof Waiver>;

export const Waivers = list(Waiver, 32, 'Rules that are broken on purpose, each with its reason and its end.');
