/** A record as far as a GELF message needs to know it; every other field is carried over. */
export interface GelfSource {
  readonly time: string;
  readonly verdict: string;
  readonly reason: string;
}

// syslog severity "informational", the level field of GELF 1.1
const INFORMATIONAL = 6;

/** The field `version` of every message. */
export const GELF_VERSION = '1.1';

/**
 * The GELF message for one record, without its version. `host` names the sender. Additional fields start with `_`; objects are flattened with
 * `_` between the keys, and lists become JSON text, because Graylog stores only strings and numbers.
 * Source: https://go2docs.graylog.org/current/getting_in_log_data/gelf.html
 */
export function gelfFields(record: GelfSource & object, host: string): Record<string, string | number> {
  const message: Record<string, string | number> = {
    host,
    short_message: shortMessage(record),
    timestamp: Date.parse(record.time) / 1000,
    level: INFORMATIONAL,
  };
  addFields(message, '', record);
  return message;
}

function shortMessage(record: GelfSource & { readonly namespace?: unknown; readonly pod?: unknown }): string {
  const subject = [record.namespace, record.pod].filter((part) => typeof part === 'string' && part !== '').join('/');
  return `${record.verdict} ${record.reason}${subject === '' ? '' : ` ${subject}`}`;
}

function addFields(message: Record<string, string | number>, prefix: string, fields: object): void {
  for (const [key, value] of Object.entries(fields)) {
    const name = fieldName(`${prefix}_${key}`);
    if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) message[name] = value;
    else if (typeof value === 'boolean') message[name] = String(value);
    else if (Array.isArray(value)) message[name] = JSON.stringify(value);
    else if (typeof value === 'object' && value !== null) addFields(message, name, value);
  }
}

/** Graylog drops fields whose names hold anything but word characters, dots and dashes, and refuses `_id`. */
function fieldName(wanted: string): string {
  const name = wanted.replace(/[^\w.-]/g, '_');
  return name === '_id' ? '_id_' : name;
}
