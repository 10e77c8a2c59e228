// Named filters of a list, kept for the person who named them in this browser.
import { session } from './session.svelte';

export interface View {
  name: string;
  query: Record<string, string>;
}

export const viewsMost = 50;

/** What was kept, without what is no view: others may have written there. */
export function readViews(text: string | null): View[] {
  let told: unknown;
  try {
    told = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(told)) return [];
  return told.filter(
    (one): one is View =>
      typeof one?.name === 'string' && one.name !== '' && typeof one.query === 'object' && one.query !== null && Object.values(one.query).every((value) => typeof value === 'string'),
  );
}

/** With the view under its name; an earlier one of that name gives way. */
export function withView(views: View[], view: View): View[] {
  return [...views.filter((one) => one.name !== view.name), view].sort((a, b) => a.name.localeCompare(b.name)).slice(0, viewsMost);
}

export const sameQuery = (one: Record<string, string>, other: Record<string, string>): boolean => {
  const said = (query: Record<string, string>) => JSON.stringify(Object.entries(query).filter(([, value]) => value).sort());
  return said(one) === said(other);
};

export class Views {
  list = $state.raw<View[]>([]);
  private readonly key: string;
  constructor(page: string) {
    this.key = `tamga.views.${page}.${session.name}`;
    this.list = readViews(localStorage.getItem(this.key));
  }
  keep(name: string, query: Record<string, string>) {
    this.write(withView(this.list, { name, query: Object.fromEntries(Object.entries(query).filter(([, value]) => value)) }));
  }
  drop(name: string) {
    this.write(this.list.filter((one) => one.name !== name));
  }
  private write(list: View[]) {
    this.list = list;
    localStorage.setItem(this.key, JSON.stringify(list));
  }
}
