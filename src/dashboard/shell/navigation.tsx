import { useEffect, useState } from 'preact/hooks';
import { hrefOf, PAGES, type PageName, type Route } from '../route.ts';
import { chooseTheme, rememberedTheme, THEMES, type Theme } from './theme.ts';

export const TITLES: Readonly<Record<PageName, string>> = {
  overview: 'Overview',
  rollout: 'Rollout',
  namespaces: 'Namespaces',
  workloads: 'Workloads',
  decisions: 'Decisions',
  policy: 'Policy',
  playground: 'Playground',
  capacity: 'Capacity',
};

/** The name of the product, the pages, and the theme. On a narrow screen the pages stand behind a button. */
export function Navigation({ route, onSkip }: { route: Route; onSkip: (event: Event) => void }) {
  const [isOpen, setOpen] = useState(false);
  const place = [route.page, ...route.rest].join('/');
  useEffect(() => setOpen(false), [place]);
  return (
    <header class="side">
      <a class="skip-link" href={hrefOf(route.page, route.rest, route.query)} onClick={onSkip}>
        Skip to the content
      </a>
      <a class="brand" href={hrefOf('overview')}>
        <Mark />
        Pillion
      </a>
      <button
        type="button"
        class="menu"
        aria-expanded={isOpen}
        aria-controls="pages"
        onClick={() => setOpen((before) => !before)}
      >
        Menu
      </button>
      <nav id="pages" class={isOpen ? 'open' : undefined} aria-label="Pages">
        <ul>
          {PAGES.map((page) => (
            <li key={page}>
              <a href={hrefOf(page)} aria-current={page === route.page ? 'page' : undefined}>
                {TITLES[page]}
              </a>
            </li>
          ))}
        </ul>
        <ThemeChoice />
      </nav>
    </header>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(rememberedTheme);
  return (
    <div class="theme">
      <label for="theme">Theme</label>
      <select
        id="theme"
        value={theme}
        onChange={(event) => {
          const chosen = THEMES.find((name) => name === event.currentTarget.value) ?? 'System';
          setTheme(chosen);
          chooseTheme(chosen);
        }}
      >
        {THEMES.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </div>
  );
}

/** A seat for two: the application, and the sidecar beside it. */
function Mark() {
  return (
    <svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <rect x="1.5" y="5" width="13" height="14" rx="3.5" fill="currentColor" />
      <rect x="17" y="9" width="6" height="10" rx="3" fill="none" stroke="currentColor" stroke-width="2" />
    </svg>
  );
}
