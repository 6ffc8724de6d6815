import { Component, type ComponentChildren, type FunctionComponent, h } from 'preact';

/** A component that is drawn again only when one of its properties is another one. */
export function memo<P extends object>(Drawn: (props: P) => ComponentChildren): FunctionComponent<P> {
  class Kept extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const before = this.props as Readonly<Record<string, unknown>>;
      return Object.entries(next).some(([key, value]) => before[key] !== value);
    }
    override render() {
      return h(Drawn as FunctionComponent<P>, this.props);
    }
  }
  return Kept as unknown as FunctionComponent<P>;
}
