import type { ComponentChildren } from 'preact';
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks';
import { UNREADABLE } from '../api/trouble.ts';
import { forgetAnswers } from '../api/use-answer.ts';
import { CapacityPage } from '../pages/capacity.tsx';
import { DecisionsPage } from '../pages/decisions.tsx';
import { NamespacesPage } from '../pages/namespaces.tsx';
import { OverviewPage } from '../pages/overview.tsx';
import { PlaygroundPage } from '../pages/playground.tsx';
import { PolicyPage } from '../pages/policy.tsx';
import { RolloutPage } from '../pages/rollout.tsx';
import { WorkloadPage } from '../pages/workload.tsx';
import { WorkloadsPage } from '../pages/workloads.tsx';
import { TroubleNotice } from '../parts/trouble-notice.tsx';
import { type PageName, type Route, useRoute } from '../route.ts';
import { Navigation, TITLES } from './navigation.tsx';

type Page = (props: { route: Route }) => ComponentChildren;

const PAGE: Readonly<Record<PageName, Page>> = {
  overview: OverviewPage,
  rollout: RolloutPage,
  namespaces: NamespacesPage,
  workloads: ({ route }) =>
    route.rest.length === 3 ? (
      <WorkloadPage key={route.rest.join('/')} route={route} />
    ) : (
      <WorkloadsPage route={route} />
    ),
  decisions: DecisionsPage,
  policy: PolicyPage,
  playground: PlaygroundPage,
  capacity: CapacityPage,
};

/** The whole page: navigation beside what the address names. */
export function App() {
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  // the stages of the rollout stand on one page, which leads to the one that is named itself
  const isPart = route.page === 'rollout' && route.rest.length > 0;
  const place = (route.page === 'rollout' ? [route.page] : [route.page, ...route.rest]).join('/');
  const shown = useRef(place);
  useEffect(() => {
    document.title = `${route.rest.at(-1) ?? TITLES[route.page]} · Pillion`;
    if (shown.current === place) return;
    shown.current = place;
    // whoever cannot see the page change hears its heading
    if (isPart) return;
    main.current?.querySelector<HTMLElement>('h1')?.focus();
    scrollTo(0, 0);
  }, [place, isPart, route.page, route.rest]);
  const skip = (event: Event) => {
    event.preventDefault();
    main.current?.querySelector<HTMLElement>('h1')?.focus();
  };
  return (
    <div class="shell">
      <Navigation route={route} onSkip={skip} />
      <main ref={main}>
        <Bounded key={place} route={route} />
      </main>
    </div>
  );
}

/** A page that fails to draw says so in its own place, and the others can still be read. */
function Bounded({ route }: { route: Route }) {
  const [error, reset] = useErrorBoundary(forgetAnswers);
  const Shown = PAGE[route.page];
  if (error === undefined) return <Shown route={route} />;
  return (
    <>
      <h1 tabIndex={-1}>{TITLES[route.page]}</h1>
      <TroubleNotice trouble={{ ...UNREADABLE, said: String(error) }} of={TITLES[route.page]} again={reset} />
    </>
  );
}
