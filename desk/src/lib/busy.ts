// What is under way, told at the root of the page: for whoever waits for it to be done, tests first.
let under = 0;

function tell() {
  if (typeof document === 'undefined') return;
  if (under) document.documentElement.dataset.busy = String(under);
  else delete document.documentElement.dataset.busy;
}

export async function busy<T>(work: Promise<T>): Promise<T> {
  ++under;
  tell();
  try {
    return await work;
  } finally {
    // What follows on this begins before a timer does, so that a chain of requests is one thing under way.
    setTimeout(() => {
      --under;
      tell();
    });
  }
}
