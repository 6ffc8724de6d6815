import { type EnvoyMessage, typed } from './types.ts';

const TRACE_ID = "request.headers['x-b3-traceid']";
const SPAN_ID = "request.headers['x-b3-spanid']";

// a header that is absent makes the whole expression fail, and that is an empty text as well
const IS_B3 = `${TRACE_ID}.matches('^([0-9a-f]{16}){1,2}$') && ${SPAN_ID}.matches('^[0-9a-f]{16}$')`;
const ifB3 = (text: string) => `%CEL(${IS_B3} ? ${text} : '')%`;
const has = (name: string, values: string) =>
  `'${name}' in request.headers && request.headers['${name}'] in [${values}]`;
const IS_SAMPLED = `(${has('x-b3-sampled', "'1', 'true'")} || ${has('x-b3-flags', "'1'")})`;

/**
 * Makes a traceparent of the headers x-b3-*, where there is none: Envoy 1.40 takes a caller’s span from nothing else when it speaks to
 * an OpenTelemetry collector. It has to stand there before the connection manager looks at the request, where no Lua runs, and CEL has
 * no function to take a text apart: so the single header `b3` cannot be read.
 */
export const B3_TO_W3C: EnvoyMessage = {
  name: 'b3_to_w3c',
  typed_config: typed('envoy.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation', {
    mutations: [
      {
        append: {
          header: {
            key: 'traceparent',
            value: [
              // B3 knows trace ids of half the length
              `(size(${TRACE_ID}) == 16 ? '00-0000000000000000' : '00-')`,
              TRACE_ID,
              "'-'",
              SPAN_ID,
              `(${IS_SAMPLED} ? '-01' : '-00')`,
            ]
              .map(ifB3)
              .join(''),
          },
          append_action: 'ADD_IF_ABSENT',
        },
      },
    ],
  }),
};

const set = (key: string, value: string) => ({
  append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
});

/** Says the span that Envoy has written into traceparent in the headers x-b3-* as well; a filter of the upstream, since it is written late. */
export const W3C_TO_B3: EnvoyMessage = {
  name: 'w3c_to_b3',
  typed_config: typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
    mutations: {
      request_mutations: [
        set('x-b3-traceid', '%TRACE_ID%'),
        set('x-b3-spanid', '%SPAN_ID%'),
        set('x-b3-sampled', "%CEL(request.headers['traceparent'].endsWith('1') ? '1' : '0')%"),
        { remove: 'x-b3-parentspanid' },
      ],
    },
  }),
};
