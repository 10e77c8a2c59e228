// Keys of one letter (WCAG 2.1.4: they can be switched off, and none works while something is written).
import { onDestroy } from 'svelte';

export interface Key {
  key: string;
  says: string;
  run: () => void;
  only?: () => boolean;
}
const stored = 'tamga.keys';

class Keys {
  on = $state(localStorage.getItem(stored) !== 'off');
  help = $state(false);
  private sets: (() => Key[])[] = [];
  private version = $state(0);

  /** For as long as the component lives that calls it. */
  use(set: () => Key[]) {
    this.sets.push(set);
    this.version++;
    onDestroy(() => {
      this.sets = this.sets.filter((other) => other !== set);
    });
  }
  get all(): Key[] {
    void this.version;
    return this.sets.flatMap((set) => set());
  }
  toggle(on: boolean) {
    this.on = on;
    localStorage.setItem(stored, on ? 'on' : 'off');
  }
  press(event: KeyboardEvent) {
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const at = event.target as HTMLElement;
    if (at.closest('input, textarea, select, dialog, [role="application"], [role="combobox"]')) return;
    if (event.key === 'Enter' && at.closest('a, button, summary')) return;
    const found = [...this.all].reverse().find((one) => one.key === event.key && (!one.only || one.only()));
    if (!found) return;
    event.preventDefault();
    found.run();
  }
}

export const keys = new Keys();
