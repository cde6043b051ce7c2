// How long a form was in view while it was filled in: only while the page is shown, by a clock that nobody sets. Told in whole minutes
// begun, when the form is sent; no time of day is kept anywhere. What is not known is not told: a draft of a page that did not count
// yet, and what lay open for more than six hours.

const MOST = 360
let before = 0
let since = null

const shown = () => document.visibilityState === 'visible'

// Milliseconds in view so far; NaN where it is not known.
export const inView = () => before + (since === null ? 0 : performance.now() - since)

// A form is opened: counted from here on, added to what its draft held (undefined: it held none).
export function begin(held) {
  before = Number.isFinite(held) && held >= 0 ? held : NaN
  since = shown() ? performance.now() : null
}

// Whole minutes begun, from 1 to 360; null where they are not known.
export function minutes() {
  const found = Math.max(1, Math.ceil(inView() / 60_000))
  return found <= MOST ? found : null
}

document.addEventListener('visibilitychange', () => {
  before = inView()
  since = shown() ? performance.now() : null
})
