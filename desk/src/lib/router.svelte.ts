// Pages are behind "#": the server gives one file for all of them, and what is looked at stands in no log.
export interface Place {
  page: string;
  parts: string[];
  query: URLSearchParams;
}

export function read(hash: string): Place {
  const [path, query = ''] = hash.replace(/^#?\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  return { page: parts[0] ?? 'deals', parts: parts.slice(1), query: new URLSearchParams(query) };
}

export function link(page: string, ...parts: string[]): string {
  return '#/' + [page, ...parts].map(encodeURIComponent).join('/');
}

class Router {
  place = $state<Place>(read(''));
  start() {
    const follow = () => {
      this.place = read(location.hash);
    };
    addEventListener('hashchange', follow);
    follow();
  }
  go(to: string) {
    location.hash = to;
  }
  /** Changes the query of the page without a step in the history. */
  refine(query: Record<string, string>) {
    const pairs = Object.entries(query).filter(([, value]) => value);
    const hash = location.hash.split('?')[0] || '#/' + this.place.page;
    history.replaceState(null, '', hash + (pairs.length ? '?' + new URLSearchParams(pairs) : ''));
    this.place = read(location.hash);
  }
}

export const router = new Router();

/** The page that shows what the server's search found. */
export function linkOf(kind: string, id: string): string {
  switch (kind) {
    case 'deal': return link('deals', id);
    case 'decision': return link('decisions', id);
    case 'entity': return link('entities', id);
    case 'goods': return link('goods', id);
    case 'party': return link('owners', id);
    case 'alert': return link('alerts', id);
    case 'consultation': return link('consultations', id);
    case 'licence': return link('licences', id);
    default: return link('deals');
  }
}
