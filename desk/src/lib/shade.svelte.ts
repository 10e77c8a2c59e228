// Light, dark, or as the machine has it.
const stored = 'tamga.shade';
type Choice = 'auto' | 'light' | 'dark';
const dark = matchMedia('(prefers-color-scheme: dark)');

class Shade {
  choice = $state<Choice>((localStorage.getItem(stored) as Choice | null) ?? 'auto');
  start() {
    dark.addEventListener('change', () => this.apply());
    matchMedia('print').addEventListener('change', () => this.apply());
    this.apply();
  }
  use(choice: Choice) {
    this.choice = choice;
    localStorage.setItem(stored, choice);
    this.apply();
  }
  private apply() {
    const shade = matchMedia('print').matches ? 'light' : this.choice === 'auto' ? (dark.matches ? 'dark' : 'light') : this.choice;
    document.documentElement.dataset.shade = shade;
  }
}
export const shade = new Shade();
