import { type Static, Type } from 'typebox';
import { exactlyOneOf, group, list, text } from './building-blocks.ts';

// a token of RFC 9110 without capitals: the proxies compare names of headers in small letters
const HEADER_NAME = "^[a-z0-9!#$%&'*+.^_`|~-]{1,128}$";
const HEADER_NAME_TITLE = 'the name of a header in small letters, such as x-canary';

export const HeaderName = (description: string) => text(HEADER_NAME_TITLE, HEADER_NAME, description, 128);

// longer than MESH043 allows, so that it is the rule that answers, with its reason
const MOST_REGEX = 1_000;
const regex = (description: string) =>
  text('a regular expression in ASCII', '^[ -~]+$', `${description} Anchored with ^ and $; RE2 syntax.`, MOST_REGEX);

const PATH_TITLE = 'a path that begins with / and has no blank, ? or #';
const path = (description: string) => text(PATH_TITLE, '^/[!-"$->@-~]*$', description, 1_000);

const PathMatch = group(
  'The path of the request, without its query.',
  {
    exact: Type.Optional(path('It is this path.')),
    prefix: Type.Optional(path('It begins with this text.')),
    regex: Type.Optional(regex('The whole path matches.')),
  },
  exactlyOneOf('exact', 'prefix', 'regex'),
);
export type PathMatch = Static<typeof PathMatch>;

const VALUE = '^[ -~]*$';
const VALUE_TITLE = 'the value of a header in ASCII';
const value = (description: string) => text(VALUE_TITLE, VALUE, description, 256);

const HeaderMatchGroup = group(
  'What the value of a header has to be.',
  {
    exact: Type.Optional(value('It is this value.')),
    prefix: Type.Optional(value('It begins with this text.')),
    regex: Type.Optional(regex('The whole value matches.')),
    present: Type.Optional(Type.Literal(true, { description: 'Whatever it is.' })),
  },
  exactlyOneOf('exact', 'prefix', 'regex', 'present'),
);

const HeaderMatch = Type.Unsafe<string | Static<typeof HeaderMatchGroup>>({
  ...HeaderMatchGroup,
  type: ['string', 'object'],
  pattern: VALUE,
  maxLength: 256,
  title: `${VALUE_TITLE}, or one of exact, prefix, regex, present`,
  description: 'A text is the exact value.',
});
export type HeaderMatch = Static<typeof HeaderMatch>;

export const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** One condition on requests: all its parts have to hold. */
export const Match = group(
  'All parts have to hold.',
  {
    path: Type.Optional(PathMatch),
    headers: Type.Optional(
      Type.Unsafe<Readonly<Record<string, HeaderMatch>>>({
        type: 'object',
        propertyNames: { pattern: HEADER_NAME, title: HEADER_NAME_TITLE },
        additionalProperties: HeaderMatch,
        minProperties: 1,
        maxProperties: 16,
        description: 'Names of headers in small letters, and what their values have to be.',
      }),
    ),
    methods: Type.Optional(
      list(Type.Enum([...METHODS]), METHODS.length, 'One of these methods.', { minItems: 1, uniqueItems: true }),
    ),
  },
  { minProperties: 1, title: 'path, headers or methods' },
);
export type Match = Static<typeof Match>;

/** Several conditions of which one has to hold. */
export const Matches = (description: string) => list(Match, 16, description, { minItems: 1 });
