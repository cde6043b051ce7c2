// Checks a certificate in the browser, as docs/develop/certificate-format.md says and core/certificates does.
// What was scanned stands behind the # of the address; keys and the list of revoked ones came with the page. Nothing is sent.
import './certificate.css'
import { verifyAsync } from '@noble/ed25519'

const LONGEST_READ = 2000
const DAY = 86_400_000
// The days of keys are days of registers; these are all of one time zone.
const THEIRS = 8 * 3_600_000
const LETTERS = {
  n: 'name', s: 'sex', b: 'birth', p: 'document', g: 'registered', r: 'residence', f: 'since', m: 'marital', k: 'members',
  o: 'office', d: 'issued', u: 'last_day', i: 'number',
}
const NEEDED = ['i', 'd', 'u', 'o', 'n']
const DAYS = ['d', 'u', 'f']
const TEXT = /eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}(?![A-Za-z0-9_-])/

class Unreadable extends Error {}

// Bytes of a base64url text; throws unless it is the one way to write them.
export function decoded(text) {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) throw new Unreadable()
  const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0))
  const again = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  if (again !== text) throw new Unreadable()
  return bytes
}

const json = (bytes) => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))

// The signed text in what was scanned, copied or typed; '' where there is none.
export function findText(given) {
  const joined = given.replace(/\s+/g, '')
  const found = TEXT.exec(given) ?? TEXT.exec(joined)
  if (found) return found[0]
  const rest = joined.slice(joined.lastIndexOf('#') + 1)
  return rest.startsWith('eyJ') ? rest : ''
}

// The parts of a signed text of one kind, and whether a known key signed it.
async function opened(text, kind, keys) {
  const parts = text.split('.')
  if (text.length > LONGEST_READ && kind === 'dc1') throw new Unreadable()
  if (parts.length !== 3) throw new Unreadable()
  const [head, body, signature] = parts.map(decoded)
  const header = json(head)
  const names = Object.keys(header).sort().join()
  if (names !== 'alg,kid,typ' || header.alg !== 'EdDSA' || header.typ !== kind || signature.length !== 64) throw new Unreadable()
  const key = keys.find((one) => one.kid === header.kid)
  if (!key) return { state: 'unknown_key' }
  const signed = new TextEncoder().encode(`${parts[0]}.${parts[1]}`)
  const genuine = await verifyAsync(signature, signed, decoded(key.x), { zip215: false }).catch(() => false)
  return genuine ? { said: json(body), key } : { state: 'forged' }
}

const some = (value) => typeof value === 'string' && value !== ''
const iso = (day) => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`

function understood(said) {
  const letters = Object.keys(said)
  const known = letters.every((letter) => letter in LETTERS && (letter === 'k' || some(said[letter])))
  const dated = DAYS.every((letter) => !(letter in said) || /^\d{8}$/.test(said[letter]))
  const members = !('k' in said) || (Array.isArray(said.k) && said.k.every((one) => Array.isArray(one) && one.length === 2 && one.every(some)))
  return known && dated && members && NEEDED.every((letter) => letter in said) && said.u > said.d
}

const usedOn = (key, day) => key.from <= day && (!key.until || day <= key.until)
// What tells the keys of one register from those of others.
const registerOf = (key) => key.of || key.kid

// What a text is: { state, said, listed }. `list` is null or what readList gave: only of certificates of its own register does
// it say anything, and `listed` is whether this is one. `today`: a day like 2026-11-22.
export async function check(text, keys, list, today) {
  try {
    const found = await opened(text, 'dc1', keys)
    if (found.state) return found
    const { said, key } = found
    if (!understood(said)) return { state: 'unreadable' }
    const issued = iso(said.d)
    if (!usedOn(key, issued)) return { state: 'forged' }
    const listed = list?.register === registerOf(key)
    if (listed && list.i.includes(said.i)) return { state: 'revoked', said, listed }
    if (today > iso(said.u)) return { state: 'expired', said, listed }
    return { state: today < issued ? 'early' : 'valid', said, listed }
  } catch {
    return { state: 'unreadable' }
  }
}

// The list of revoked ones as { at, i, register }, when a known key signed it in its days; else null.
export async function readList(text, keys) {
  try {
    const { said, key } = await opened(text, 'dr1', keys)
    if (!said || !Array.isArray(said.i) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(said.at)) return null
    const day = new Date(Date.parse(said.at) + THEIRS).toISOString().slice(0, 10)
    return usedOn(key, day) ? { at: said.at, i: said.i, register: registerOf(key) } : null
  } catch {
    return null
  }
}

function told(letter, said, codes) {
  const value = said[letter]
  if (DAYS.includes(letter)) return iso(value)
  if (letter === 'b') return [value.slice(0, 4), value.slice(4, 6), value.slice(6, 8)].filter(Boolean).join('-')
  if (letter === 'k') return value.map(([relation, who]) => `${who}（${codes.members[relation] ?? relation}）`).join('；')
  return codes[LETTERS[letter]]?.[value] ?? value
}

const localDay = () => {
  const now = new Date()
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

function start(root) {
  const given = JSON.parse(document.getElementById('check-given').textContent)
  const facts = root.querySelector('#check-facts')
  const dated = root.querySelector('#check-list')
  const field = root.querySelector('#check-text')
  const ready = readList(given.list, given.keys)

  async function show(text) {
    const list = await ready
    const { state, said, listed } = await check(findText(text), given.keys, list, localDay())
    for (const notice of root.querySelectorAll('[data-state]')) notice.hidden = notice.dataset.state !== state
    facts.replaceChildren(...Object.keys(LETTERS).filter((letter) => said && letter in said).flatMap((letter) => {
      const [label, value] = [document.createElement('dt'), document.createElement('dd')]
      label.textContent = given.labels[LETTERS[letter]]
      value.textContent = told(letter, said, given.codes)
      return [label, value]
    }))
    dated.hidden = !listed
    root.querySelector('#check-no-list').hidden = Boolean(listed) || !said
    if (!listed) return
    const at = new Date(list.at)
    dated.querySelector('time').textContent = at.toLocaleString(document.documentElement.lang)
    root.querySelector('#check-list-old').hidden = Date.now() - at <= given.old_after_days * DAY
  }

  if (!globalThis.crypto?.subtle) {
    root.querySelector('#check-insecure').hidden = false
    return
  }
  root.querySelector('#check-form').addEventListener('submit', (event) => {
    event.preventDefault()
    show(field.value)
  })
  const scanned = () => {
    if (location.hash.length < 2) return
    field.value = decodeURIComponent(location.hash.slice(1))
    show(field.value)
  }
  addEventListener('hashchange', scanned)
  scanned()
}

const root = document.getElementById('check-certificate')
if (root) start(root)
