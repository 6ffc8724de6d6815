import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Route, replaceQuery } from '../route.ts';
import { spoken } from './badge.tsx';

export interface Filter {
  readonly key: string;
  readonly label: string;
  /** The only values there are: chosen from a list. */
  readonly options?: readonly string[];
  /** Values to be offered where any may be written. */
  readonly offered?: Iterable<string>;
}

// while somebody types, the API is asked when they stop
const TYPING_MS = 250;

/** The filters of a list. They stand in the address, so that a view can be sent to somebody. */
export function Filters({ route, filters }: { route: Route; filters: readonly Filter[] }) {
  const set = (key: string, value: string) => replaceQuery(route, new Map(route.query).set(key, value));
  const [isOpen, setOpen] = useState(false);
  const active = filters.filter(({ key }) => (route.query.get(key) ?? '') !== '').length;
  return (
    <form class={isOpen ? 'filters open' : 'filters'} aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      {/* shown on a narrow screen only, where the fields would fill it */}
      <button type="button" class="reveal" aria-expanded={isOpen} onClick={() => setOpen((before) => !before)}>
        {active === 0 ? 'Filters' : `Filters: ${active} set`}
      </button>
      {filters.map((filter) =>
        filter.options === undefined ? (
          <Written
            key={filter.key}
            filter={filter}
            value={route.query.get(filter.key) ?? ''}
            onValue={(value) => set(filter.key, value)}
          />
        ) : (
          <Chosen
            key={filter.key}
            filter={filter}
            options={filter.options}
            value={route.query.get(filter.key) ?? ''}
            onValue={(value) => set(filter.key, value)}
          />
        ),
      )}
      {active > 0 && (
        <button type="button" class="quiet" onClick={() => replaceQuery(route, [])}>
          Clear filters
        </button>
      )}
    </form>
  );
}

interface FieldOf {
  readonly filter: Filter;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

function Chosen({ filter, options, value, onValue }: FieldOf & { options: readonly string[] }) {
  const id = useId();
  return (
    <div class="filter">
      <label for={id}>{filter.label}</label>
      <select id={id} name={filter.key} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        <option value="">Any</option>
        {/* an address may name several, or one that this page does not know */}
        {(value === '' || options.includes(value) ? options : [value, ...options]).map((option) => (
          <option key={option} value={option}>
            {spoken(option)}
          </option>
        ))}
      </select>
    </div>
  );
}

function Written({ filter, value, onValue }: FieldOf) {
  const id = useId();
  const list = useId();
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);
  useEffect(() => {
    // the address changed by something else, such as a cleared filter
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (next: string) => {
    clearTimeout(timer.current);
    sent.current = next;
    onValue(next);
  };
  const offered = filter.offered === undefined ? [] : [...new Set(filter.offered)].sort();
  return (
    <div class="filter">
      <label for={id}>{filter.label}</label>
      <input
        id={id}
        name={filter.key}
        type="search"
        value={text}
        placeholder={filter.offered === undefined ? '' : 'Any'}
        autocomplete="off"
        spellcheck={false}
        {...(filter.offered === undefined ? {} : { list })}
        onInput={(event) => {
          const next = event.currentTarget.value;
          setText(next);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => send(next), TYPING_MS);
        }}
        onChange={(event) => send(event.currentTarget.value)}
      />
      {filter.offered !== undefined && (
        <datalist id={list}>
          {offered.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </div>
  );
}
