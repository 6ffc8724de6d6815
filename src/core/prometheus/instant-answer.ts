import { isObject } from '../json/is-object.ts';
import { parsedJson } from '../json/parsed.ts';

/** What a query returns of one series. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  /** May be NaN or infinite. */
  readonly value: number;
}

/** What Prometheus answers to an instant query, or why that is none: `problem` completes "Prometheus ...". */
export type InstantAnswer = { readonly samples: readonly Sample[] } | { readonly problem: string };

/**
 * Reads the body of an answer to an instant query, as https://prometheus.io/docs/prometheus/latest/querying/api/ has it. A warning makes
 * the whole answer none: whoever gives it says that series are missing from what is counted.
 */
export function readInstantAnswer(body: string): InstantAnswer {
  const answer = parsedJson(body);
  if (!isObject(answer)) return { problem: `answers no JSON: ${beginning(body)}` };
  const { status, data, error, errorType, warnings } = answer;
  if (status === 'error') return { problem: `refuses the query: ${beginning(`${errorType}: ${error}`)}` };
  if (Array.isArray(warnings) && warnings.length > 0)
    return { problem: `warns that its answer is not whole: ${beginning(warnings.join('; '))}` };
  if (status !== 'success' || !isObject(data)) return { problem: `answers something else: ${beginning(body)}` };
  const { resultType, result } = data;
  if (resultType === 'scalar') return fromSamples([{ metric: {}, value: result }], body);
  if (resultType !== 'vector' || !Array.isArray(result))
    return { problem: `answers ${beginning(String(resultType))} in place of a vector` };
  return fromSamples(result, body);
}

function fromSamples(result: readonly unknown[], body: string): InstantAnswer {
  const samples: Sample[] = [];
  for (const each of result) {
    const sample = sampleOf(each);
    if (sample === undefined) return { problem: `answers a series of another shape: ${beginning(body)}` };
    samples.push(sample);
  }
  return { samples };
}

function sampleOf(series: unknown): Sample | undefined {
  if (!isObject(series) || !isObject(series.metric) || !Array.isArray(series.value)) return undefined;
  const labels = Object.entries(series.metric);
  const value = numberIn(series.value[1]);
  if (value === undefined || !labels.every((pair): pair is [string, string] => typeof pair[1] === 'string'))
    return undefined;
  return { labels: Object.fromEntries(labels), value };
}

const WORDS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
]);

/** A number as Prometheus writes it; undefined for anything else. */
function numberIn(text: unknown): number | undefined {
  if (typeof text !== 'string') return undefined;
  return WORDS.get(text) ?? (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined);
}

const SHOWN = 200;

/** As much of somebody else’s text as a sentence carries. */
const beginning = (text: string): string => JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text);
