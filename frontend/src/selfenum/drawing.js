// Draws items as fields, and answers as they are read back. Texts are [Chinese, English].

let serial = 0

// An element with properties and children; texts are never read as HTML.
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, given] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), given)
    else if (given === true) element.setAttribute(name, '')
    else if (given !== false && given !== undefined && given !== null) element.setAttribute(name, given)
  }
  element.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false))
  return element
}

export const button = (text, onclick, kind = 'primary', more = {}) => h('button', { type: 'button', class: `btn btn-${kind}`, onclick, ...more }, text)

export const notice = (kind, ...children) => h('div', { class: `notice notice-${kind}`, role: kind === 'error' ? 'alert' : 'status' }, ...children)

const LONG_LIST = 12

// A field. `changed(value)` is called with a number, a text, or undefined where it was emptied.
export function field(item, given, { side, words, error, changed }) {
  const id = `f${(serial += 1)}`
  const hints = [item.help && h('p', { class: 'field-help', id: `${id}-help` }, item.help[side]),
    error && h('p', { class: 'field-error', id: `${id}-error` }, errorText(item, error, words))]
  const described = [item.help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ') || undefined
  const more = { 'aria-describedby': described, 'aria-invalid': error ? 'true' : undefined }
  const label = [item.words[side], item.optional && h('small', {}, ` ${words.optional}`)]
  if (item.kind === 'choice' && item.choices.length <= LONG_LIST) {
    return h('fieldset', { class: 'field', 'data-item': item.name, ...more }, h('legend', {}, label),
      h('div', { class: 'selfenum-choices' }, item.choices.map(([one, ...texts]) => h('label', { class: 'field-choice' },
        h('input', { type: 'radio', name: `${id}-${item.name}`, value: one, checked: one === given, onchange: () => changed(one) }),
        h('span', {}, texts[side])))), hints)
  }
  const control = item.kind === 'choice'
    ? h('select', { id, ...more, onchange: (event) => changed(event.target.value === '' ? undefined : Number(event.target.value)) },
      h('option', { value: '' }, words.choose),
      item.choices.map(([one, ...texts]) => h('option', { value: one, selected: one === given }, texts[side])))
    : h('input', {
      id, ...more, type: 'text', value: given ?? '', autocomplete: 'off', maxlength: item.kind === 'text' ? item.most : 18,
      inputmode: item.kind === 'count' ? 'numeric' : undefined, spellcheck: 'false',
      oninput: (event) => changed(typed(item, event.target.value)),
    })
  return h('div', { class: 'field', 'data-item': item.name }, h('label', { for: id }, label), control, hints)
}

function typed(item, text) {
  const plain = text.normalize('NFKC').trim()
  if (plain === '') return undefined
  if (item.kind === 'count') return /^[0-9]{1,9}$/.test(plain) ? Number(plain) : plain
  return item.kind === 'id' ? plain.toUpperCase().replace(/\s/g, '') : plain
}

export function errorText(item, error, words) {
  if (error === 'range' || (error === 'type' && item.kind === 'count')) {
    return words.range.replace('{least}', item.least).replace('{most}', item.most)
  }
  return words[`fault_${error}`] ?? words.fault_missing
}

// What was answered, as a list of label and value.
export function facts(items, given, side) {
  return h('dl', { class: 'facts' }, items.filter((item) => item.name in given).flatMap((item) => {
    const choice = item.choices?.find(([one]) => one === given[item.name])
    return [h('dt', {}, item.words[side]), h('dd', {}, String(choice ? choice[1 + side] : given[item.name]))]
  }))
}
