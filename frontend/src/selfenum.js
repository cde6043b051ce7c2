// The page at which a household answers the census: the code, the household, its people one by one, read back, sent. Works without
// a line once it was loaded; what was confirmed without one is sent when there is one again.
import './selfenum.css'
import { button, errorText, facts, field, h, notice } from './selfenum/drawing.js'
import { asked, doubts, faults, pruned, rows } from './selfenum/judging.js'
import { begin, inView, minutes } from './selfenum/minutes.js'
import { draft, dropDraft, dropSent, keepDraft, keepForSending, newInstance, normalised, sealed, waiting } from './selfenum/store.js'

const AGAIN = 20_000
const MANY = 60
const root = document.getElementById('selfenum')
const given = JSON.parse(document.getElementById('selfenum-given').textContent)

const state = { lang: document.documentElement.lang.startsWith('zh') ? 'zh-hans' : 'en', step: 'enter', shown: {}, confirmed: new Set() }
const words = () => given.words[state.lang]
const side = () => (state.lang === 'en' ? 1 : 0)
const form = () => given.forms[state.opened.form]
const personName = (position) => state.content.persons[position].name || form().person[side()].replace('{number}', position + 1)

async function post(address, letter) {
  const answer = await fetch(address, {
    method: 'POST', body: JSON.stringify(letter), headers: { 'Content-Type': 'application/json' }, credentials: 'omit', cache: 'no-store',
  })
  if (answer.status >= 500 || answer.status === 408) throw new TypeError('the server is not there')
  return answer.json()
}

function go(step, more = {}) {
  Object.assign(state, { step, shown: {}, problem: '' }, more)
  draw()
  scrollTo({ top: 0, behavior: 'instant' })
  root.querySelector('h1')?.focus({ preventScroll: true })
}

const keep = () => state.code && state.content && keepDraft(state.code, {
  opened: state.opened, content: state.content, instance: state.instance, confirmed: [...state.confirmed], inView: Math.round(inView()),
})

// --- the code ---------------------------------------------------------------------------------------------------------

async function enter(typed) {
  const code = normalised(typed)
  if (!code) return go('enter', { typed, problem: words().mistyped })
  const held = await draft(code)
  let told
  try {
    told = await post(given.open, { code })
  } catch {
    if (!held) return go('enter', { typed, problem: words().no_line })
    told = { state: 'open', ...held.opened }
  }
  if (told.state === 'used') {
    await dropDraft(code)
    return go('used', { receipt: told.receipt })
  }
  if (told.state !== 'open') return go('enter', { typed, problem: told.state === 'wait' ? words().wait : words().unknown })
  Object.assign(state, {
    code, opened: told, content: held?.content ?? { persons: [] }, instance: held?.instance ?? newInstance(),
    confirmed: new Set(held?.confirmed ?? []),
  })
  begin(held ? held.inView : 0)
  return go(held ? 'people' : 'household')
}

function drawEnter() {
  const field = h('input', {
    id: 'code', class: 'numbers', type: 'text', maxlength: 40, autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false',
    placeholder: 'XXXX-XXXX-XXXX-XXXX', 'aria-describedby': 'code-help', value: state.typed ?? '',
  })
  return [
    h('div', { class: 'page-head' }, h('h1', { tabindex: -1 }, words().title), h('p', { class: 'lead' }, words().lead)),
    state.flushed && notice('success', h('p', {}, words().flushed), h('p', { class: 'selfenum-receipt' }, state.flushed)),
    state.waits && notice('warning', h('p', {}, words().waits)),
    h('form', { class: 'panel', novalidate: true, onsubmit: (event) => { event.preventDefault(); enter(field.value) } },
      state.problem && notice('error', h('p', {}, state.problem)),
      h('div', { class: 'field' }, h('label', { for: 'code' }, words().code), field, h('p', { class: 'field-help', id: 'code-help' }, words().code_help)),
      h('div', { class: 'form-actions' }, h('button', { class: 'btn btn-primary', type: 'submit' }, words().go_on))),
    h('p', {}, words().promise),
    h('p', {}, words().time),
    !sealed() && notice('warning', h('p', {}, words().no_draft)),
  ]
}

// --- household and people ---------------------------------------------------------------------------------------------

// The fields of one part of the form, each shown while it is asked.
function fieldsOf(items, target, rowOf) {
  const drawn = []
  const show = () => {
    const row = rowOf()
    for (const [item, place] of drawn) place.hidden = asked(item, row) !== true
  }
  const place = h('div', {}, items.map((item) => {
    const one = field(item, target[item.name], {
      side: side(), words: words(), error: state.shown[item.name],
      changed: (value) => {
        if (value === undefined) delete target[item.name]
        else target[item.name] = value
        show()
        keep()
      },
    })
    drawn.push([item, one])
    return one
  }))
  show()
  return place
}

// Goes on where nothing is wrong, else shows what is.
function leave(items, target, rowOf, next) {
  pruned(form(), state.content, state.opened.moment)
  const found = faults(items, target, rowOf())
  if (Object.keys(found).length === 0) {
    keep()
    return next()
  }
  Object.assign(state, { shown: found, problem: words().correct })
  draw()
  const first = items.find((item) => item.name in found)
  root.querySelector(`[data-item="${first.name}"]`)?.querySelector('input, select')?.focus()
  return undefined
}

const where = () => h('p', { class: 'lead' }, `${state.opened.census} · ${state.opened.address}`)
const wrong = () => state.problem && notice('error', h('p', {}, state.problem))

function drawHousehold() {
  const row = () => rows(state.content, state.opened.moment).household
  const next = () => {
    const count = Math.min((state.content.present_count ?? 0) + (state.content.absent_count ?? 0), MANY)
    while (state.content.persons.length < count) state.content.persons.push({})
    keep()
    go('people')
  }
  return [
    h('div', { class: 'page-head' }, h('h1', { tabindex: -1 }, words().household), where()),
    h('div', { class: 'panel' }, wrong(), h('p', {}, words().moment.replace('{moment}', moment())), fieldsOf(form().household, state.content, row),
      h('div', { class: 'form-actions' }, button(words().go_on, () => leave(form().household, state.content, row, next)))),
  ]
}

function moment() {
  const [year, month, day, hour] = state.opened.moment
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')} ${String(hour).padStart(2, '0')}:00`
}

const personFaults = (position) => faults(form().persons, state.content.persons[position], rows(state.content, state.opened.moment).people[position])
const incomplete = () => state.content.persons.findIndex((_one, position) => Object.keys(personFaults(position)).length > 0)

function drawPeople() {
  const next = incomplete()
  const people = state.content.persons
  const remove = (position) => {
    if (!confirm(words().remove_sure.replace('{name}', personName(position)))) return
    people.splice(position, 1)
    keep()
    draw()
  }
  return [
    h('div', { class: 'page-head' }, h('h1', { tabindex: -1 }, words().people), where()),
    h('div', { class: 'panel' }, h('p', {}, words().people_help),
      h('ul', { class: 'selfenum-people' }, people.map((_one, position) => h('li', {},
        h('span', {}, `${position + 1}. ${personName(position)} `, Object.keys(personFaults(position)).length
          ? h('span', { class: 'badge badge-care' }, words().to_do) : h('span', { class: 'badge badge-done' }, words().done)),
        h('span', {}, button(words().fill_in, () => go('person', { position }), 'secondary', { 'aria-label': `${words().fill_in}: ${personName(position)}` }),
          ' ', button(words().remove, () => remove(position), 'secondary', { 'aria-label': `${words().remove}: ${personName(position)}` }))))),
      h('div', { class: 'form-actions' },
        next >= 0 ? button(words().next_person.replace('{name}', personName(next)), () => go('person', { position: next }))
          : people.length > 0 && button(words().read_back, () => go('check')),
        button(words().add_person, () => { people.push({}); keep(); go('person', { position: people.length - 1 }) }, 'secondary'),
        button(words().to_household, () => go('household'), 'secondary'))),
  ]
}

function drawPerson() {
  const row = () => rows(state.content, state.opened.moment).people[state.position]
  const next = () => {
    const more = incomplete()
    go(more >= 0 ? 'person' : 'people', more >= 0 ? { position: more } : {})
  }
  return [
    h('div', { class: 'page-head' }, h('h1', { tabindex: -1 }, personName(state.position)), where()),
    h('div', { class: 'panel' }, wrong(), fieldsOf(form().persons, state.content.persons[state.position], row),
      h('div', { class: 'form-actions' }, button(words().go_on, () => leave(form().persons, state.content.persons[state.position], row, next)),
        button(words().to_people, () => { pruned(form(), state.content, state.opened.moment); keep(); go('people') }, 'secondary'))),
  ]
}

// --- read back and sent -----------------------------------------------------------------------------------------------

function drawCheck() {
  const content = pruned(form(), state.content, state.opened.moment)
  const open = doubts(form(), content, state.opened.moment)
  const keyOf = ([question, position]) => `${question.name}:${position ?? ''}`
  const read = h('input', { type: 'checkbox', id: 'read' })
  const part = (title, items, target, step) => h('section', { class: 'selfenum-part' },
    h('h2', {}, title, button(words().correct_this, () => go(...step), 'secondary', { 'aria-label': `${words().correct_this}: ${title}` })), facts(items, target, side()))
  const ready = () => {
    if (incomplete() >= 0) return go('people')
    if (open.some((one) => !state.confirmed.has(keyOf(one)))) return refuse(words().answer_questions)
    if (!read.checked) return refuse(words().tick_read)
    content.confirmed = [...new Set(open.map(([question]) => question.name))]
    if (!content.confirmed.length) delete content.confirmed
    return send()
  }
  const refused = h('div', {})
  const refuse = (text) => {
    refused.replaceChildren(notice('error', h('p', {}, text)))
    refused.scrollIntoView({ block: 'center' })
  }
  return [
    h('div', { class: 'page-head' }, h('h1', { tabindex: -1 }, words().read_back), where()),
    h('div', { class: 'panel' }, wrong(), h('p', {}, words().read_help),
      part(words().household, form().household, content, ['household']),
      content.persons.map((person, position) => part(personName(position), form().persons, person, ['person', { position }])),
      open.map((one) => {
        const [question, position] = one
        const who = position === null ? '' : `${personName(position)}: `
        return h('div', { class: 'notice notice-warning' }, h('p', {}, who + question.words[side()]),
          h('label', { class: 'field-choice' }, h('input', {
            type: 'checkbox', checked: state.confirmed.has(keyOf(one)),
            onchange: (event) => { state.confirmed[event.target.checked ? 'add' : 'delete'](keyOf(one)); keep() },
          }), h('span', {}, words().it_is_so)))
      }),
      h('div', { class: 'field' }, h('label', { class: 'field-choice' }, read, h('span', {}, words().read))),
      refused,
      h('p', { class: 'field-help' }, words().time),
      h('div', { class: 'form-actions' }, button(words().send, ready), button(words().to_people, () => go('people'), 'secondary'))),
  ]
}

async function send() {
  const { code, content, instance } = state
  const letter = { code, instance, form: state.opened.form, version: form().version, content, minutes: minutes() }
  let told
  try {
    told = await post(given.answer, letter)
  } catch {
    await keepForSending(letter)
    if (sealed()) await dropDraft(code)
    state.letter = letter
    return go('waiting')
  }
  return finished(letter, told)
}

// What the server said to a form, shown where it was sent from.
async function finished(letter, told) {
  if (told.state === 'kept' || told.state === 'used') {
    await dropSent(letter.instance)
    await dropDraft(letter.code)
    Object.assign(state, { content: null, code: '', letter: null })
    return go(told.state === 'kept' ? 'sent' : 'used', { receipt: told.receipt })
  }
  if (told.state === 'wait') return go('waiting', { letter })
  const first = told.faults?.[0]
  const item = first && [...form().household, ...form().persons].find((one) => one.name === first[1])
  state.step = 'check'
  state.problem = item ? `${item.words[side()]}: ${errorText(item, first[0], words())}` : told.state === 'unknown' ? words().unknown : words().broken
  return draw()
}

// Whatever waits is sent; what cannot be sent now goes on waiting.
async function flush() {
  const letters = await waiting().catch(() => [])
  if (state.letter && !letters.some((one) => one.instance === state.letter.instance)) letters.push(state.letter)
  state.waits = letters.length > 0
  for (const letter of letters) {
    let told
    try {
      told = await post(given.answer, letter)
    } catch {
      break
    }
    if (told.state === 'wait') break
    if (told.state === 'kept' || told.state === 'used') {
      await dropSent(letter.instance)
      await dropDraft(letter.code)
      state.waits = false
      if (state.letter?.instance === letter.instance) return finished(letter, told)
      state.flushed = told.receipt
    } else await giveBack(letter)
  }
  if (state.step === 'enter') draw()
  return undefined
}

// A form that was not taken is a draft again: whoever has the code corrects it.
async function giveBack(letter) {
  const { code, content, instance } = letter
  const held = await draft(code)
  if (!held) await keepDraft(code, { opened: { form: letter.form, moment: [], census: '', address: '' }, content, instance, confirmed: [] })
  await dropSent(instance)
  state.problem = words().broken
}

const drawWaiting = () => [
  h('div', { class: 'page-head' }, h('h1', { tabindex: -1 }, words().waiting)),
  h('div', { class: 'panel' }, notice('warning', h('p', {}, sealed() ? words().waiting_help : words().waiting_open)),
    h('div', { class: 'form-actions' }, button(words().try_now, flush))),
]

const drawReceipt = (title, help) => () => [
  h('div', { class: 'page-head' }, h('h1', { tabindex: -1 }, words()[title])),
  h('div', { class: 'panel' }, h('p', {}, words().receipt), h('p', { class: 'selfenum-receipt' }, state.receipt), h('p', {}, words()[help])),
]

const STEPS = {
  enter: drawEnter, household: drawHousehold, people: drawPeople, person: drawPerson, check: drawCheck, waiting: drawWaiting,
  sent: drawReceipt('sent', 'sent_help'), used: drawReceipt('used', 'used_help'),
}

function draw() {
  document.documentElement.lang = state.lang === 'en' ? 'en' : 'zh-hans'
  document.title = `${words().title} · domicile`
  const other = document.getElementById('selfenum-language')
  other.textContent = state.lang === 'en' ? '中文' : 'English'
  other.lang = state.lang === 'en' ? 'zh-Hans' : 'en'
  document.getElementById('selfenum-foot').textContent = words().foot
  root.replaceChildren(...STEPS[state.step]().flat().filter(Boolean))
}

document.getElementById('selfenum-language').addEventListener('click', () => {
  state.lang = state.lang === 'en' ? 'zh-hans' : 'en'
  draw()
})
document.addEventListener('visibilitychange', () => document.hidden && !state.letter && keep())
addEventListener('online', flush)
setInterval(() => (state.waits || state.letter) && flush(), AGAIN)
navigator.serviceWorker?.register(given.worker, { scope: location.pathname }).catch(() => {})
draw()
flush()
// The code stands behind the #, which no browser sends; it is taken out of the address.
function scan() {
  const scanned = location.hash.slice(1)
  if (!/^[A-Za-z0-9-]{16,24}$/.test(scanned)) return
  history.replaceState(null, '', location.pathname)
  enter(scanned)
}
addEventListener('hashchange', scan)
scan()
