// What a phone keeps until a form was sent. A draft lies under a name made of the code and is sealed with a key made of it: without
// the code nobody reads it. A form that is confirmed and waits for a line is sealed with a key of this browser that no script can
// read, so that it is sent without the code being typed again. Both are gone once the form was sent. Where the browser has no
// such seals (a page without https), nothing is kept.

const CHARACTERS = '34679ACDEFGHJKMNPQRTWXY'
const LENGTH = 16
const PREFIX = 'census-draft:'
const bytes = (text) => new TextEncoder().encode(text)
const written = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
const read = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0))

export const sealed = () => Boolean(globalThis.crypto?.subtle && globalThis.indexedDB)

// The code as it is hashed; '' where it cannot be one: its last character is made from the others.
export function normalised(typed) {
  const text = typed.normalize('NFKC').toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')
  if (text.length !== LENGTH || [...text].some((one) => !CHARACTERS.includes(one))) return ''
  const total = [...text.slice(0, -1)].reduce((sum, one, place) => sum + (place + 2) * CHARACTERS.indexOf(one), 0)
  return CHARACTERS[total % CHARACTERS.length] === text.at(-1) ? text : ''
}

// A number of the form's own: what is sent again is known again.
export function newInstance() {
  const random = crypto.getRandomValues(new Uint8Array(16))
  random[6] = (random[6] & 15) | 64
  random[8] = (random[8] & 63) | 128
  const text = [...random].map((one) => one.toString(16).padStart(2, '0')).join('')
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
}

async function draftOf(code) {
  const material = await crypto.subtle.importKey('raw', bytes(code), 'HKDF', false, ['deriveBits', 'deriveKey'])
  const how = (info) => ({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: bytes(info) })
  const name = await crypto.subtle.deriveBits(how('census draft name'), material, 128)
  const key = await crypto.subtle.deriveKey(how('census draft'), material, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  return { name: PREFIX + written(name), key }
}

async function seal(key, what) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes(JSON.stringify(what))) }
}

async function opened(key, { iv, data }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, data)))
}

export async function keepDraft(code, draft) {
  if (!sealed()) return
  const { name, key } = await draftOf(code)
  const { iv, data } = await seal(key, draft)
  try {
    localStorage.setItem(name, `${written(iv)}.${written(data)}`)
  } catch {
    // A full or forbidden store: the form goes on without a draft.
  }
}

export async function draft(code) {
  if (!sealed()) return null
  try {
    const { name, key } = await draftOf(code)
    const held = localStorage.getItem(name)
    if (!held) return null
    const [iv, data] = held.split('.').map(read)
    return await opened(key, { iv, data })
  } catch {
    return null
  }
}

export async function dropDraft(code) {
  if (sealed()) localStorage.removeItem((await draftOf(code)).name)
}

const asked = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result)
  request.onerror = () => failed(request.error)
})

async function base() {
  const request = indexedDB.open('census', 1)
  request.onupgradeneeded = () => {
    request.result.createObjectStore('keys')
    request.result.createObjectStore('outbox')
  }
  return asked(request)
}

const within = (held, store, mode = 'readonly') => held.transaction(store, mode).objectStore(store)

async function ownKey(held) {
  const found = await asked(within(held, 'keys').get('outbox'))
  if (found) return found
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  await asked(within(held, 'keys', 'readwrite').put(key, 'outbox'))
  return key
}

export async function keepForSending(letter) {
  if (!sealed()) return
  const held = await base()
  const closed = await seal(await ownKey(held), letter)
  await asked(within(held, 'outbox', 'readwrite').put(closed, letter.instance))
}

export async function waiting() {
  if (!sealed()) return []
  const held = await base()
  const key = await ownKey(held)
  const found = []
  for (const one of await asked(within(held, 'outbox').getAll())) {
    try {
      found.push(await opened(key, one))
    } catch {
      // Sealed with a key that is gone: nobody reads it any more.
    }
  }
  return found
}

export async function dropSent(instance) {
  if (sealed()) await asked(within(await base(), 'outbox', 'readwrite').delete(instance))
}
