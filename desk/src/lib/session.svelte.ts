// Who sits at the desk. The session itself is a cookie that no script can read; here are its csrf token and what it may do.
const idleMinutes = 30;

class Session {
  known = $state<'asking' | 'nobody' | 'somebody'>('asking');
  name = $state('');
  roles = $state<string[]>([]);
  /** The last session ended by itself. */
  expired = $state(false);
  /** A cookie, so there is something to end. */
  mine = $state(false);
  csrf = '';
  private idle: ReturnType<typeof setTimeout> | undefined;

  has(...roles: string[]): boolean {
    return roles.some((role) => this.roles.includes(role));
  }
  get works() {
    return this.has('analyst', 'approver', 'liaison');
  }

  private take(told: { name: string; roles: string[]; csrf?: string }) {
    this.name = told.name;
    this.roles = told.roles;
    this.csrf = told.csrf ?? '';
    this.mine = this.csrf !== '';
    this.expired = false;
    this.known = 'somebody';
    this.touch();
  }

  async look() {
    const response = await fetch('/v1/session');
    if (response.ok) this.take(await response.json());
    else this.known = 'nobody';
  }

  async begin(token: string): Promise<boolean> {
    const response = await fetch('/v1/session', { method: 'POST', headers: { authorization: 'Bearer ' + token } });
    if (!response.ok) return false;
    this.take(await response.json());
    return true;
  }

  /** A session that began at a provider is ended there too, if somebody asks for it; who was only idle stays here. */
  async end(asked = false) {
    const told = this.mine ? await fetch('/v1/session', { method: 'DELETE', headers: { 'x-csrf-token': this.csrf } }).catch(() => undefined) : undefined;
    const elsewhere = asked ? told?.headers.get('x-end-session') : undefined;
    this.forget();
    if (elsewhere) location.assign(elsewhere);
  }

  ended() {
    if (this.known === 'somebody') this.expired = true;
    this.forget();
  }

  /** Whoever does nothing for half an hour is signed out, here and at the server. */
  touch() {
    clearTimeout(this.idle);
    if (this.mine)
      this.idle = setTimeout(() => {
        this.expired = true;
        void this.end();
      }, idleMinutes * 60_000);
  }

  private forget() {
    clearTimeout(this.idle);
    this.csrf = this.name = '';
    this.roles = [];
    this.mine = false;
    this.known = 'nobody';
  }
}

export const session = new Session();
