// Judges an answer as core/enumeration does: what is asked of whom, what is wrong, what is asked back. Conditions come as nested
// lists, operator first, and have three values: true, false, and null where something is missing.

const unknown = (value) => value === undefined || value === null || value === ''

const REST = {
  '=': (one, two) => one === two, '!=': (one, two) => one !== two,
  '<': (one, two) => one < two, '<=': (one, two) => one <= two, '>': (one, two) => one > two, '>=': (one, two) => one >= two,
  '+': (one, two) => one + two, '-': (one, two) => one - two, '*': (one, two) => one * two,
}

export function value(condition, row) {
  const [operator, ...parts] = condition
  if (operator === 'value') return parts[0]
  if (operator === 'column') return unknown(row[parts[0]]) ? null : row[parts[0]]
  if (operator === 'missing') return value(parts[0], row) === null
  const found = value(parts[0], row)
  if (operator === 'not') return found === null ? null : !found
  if (operator === 'in') return found === null ? null : parts.slice(1).includes(found)
  const other = value(parts[1], row)
  if (operator === 'and') return found === false || other === false ? false : found === null || other === null ? null : true
  if (operator === 'or') return found === true || other === true ? true : found === null || other === null ? null : false
  return found === null || other === null ? null : REST[operator](found, other)
}

// What conditions read besides the items: of one person, and of the household with those gathered from its people.
function personRow(person, moment) {
  const row = { ...person }
  const [year, month] = moment
  if (Number.isInteger(person.birth_year) && Number.isInteger(person.birth_month)) {
    row.age = year - person.birth_year - (person.birth_month >= month ? 1 : 0)
  }
  if (Number.isInteger(person.death_year) && Number.isInteger(person.death_month)) {
    row.months_dead = (year - person.death_year) * 12 + month - 1 - person.death_month
  }
  const number = person.id_number ?? ''
  if (/^[0-9]{17}.$/.test(number)) {
    row.number_sex = Number(number[16]) % 2 ? 1 : 2
    row.number_birth = Number(number.slice(6, 12))
  }
  return row
}

export function rows(content, moment) {
  const people = content.persons.map((person) => personRow(person, moment))
  const { persons, confirmed, ...household } = content
  const how = (test) => people.filter(test).length
  Object.assign(household, {
    persons: people.length, heads: how((one) => one.relation === 0), spouses: how((one) => one.relation === 1),
    here: how((one) => one.present === 1), infants: how((one) => one.age === 0),
  })
  return { household, people: people.map((one) => ({ ...household, ...one })) }
}

// true, false, or null where it cannot be told yet.
export const asked = (item, row) => (item.asked ? value(item.asked, row) : true)

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

export function rightNumber(number) {
  if (!/^[0-9]{17}[0-9X]$/.test(number)) return false
  const total = WEIGHTS.reduce((sum, weight, place) => sum + weight * Number(number[place]), 0)
  return '10X98765432'[total % 11] === number[17]
}

// What is wrong with a value by itself: '' where nothing is.
export function faultOf(item, given) {
  if (item.kind === 'choice') return item.choices.some(([one]) => one === given) ? '' : 'choice'
  if (item.kind === 'count') {
    if (!Number.isInteger(given)) return 'type'
    return given >= item.least && given <= item.most ? '' : 'range'
  }
  if (item.kind === 'id') return rightNumber(given) ? '' : 'number'
  return [...given].length > item.most ? 'long' : ''
}

export function faults(items, given, row) {
  const found = {}
  for (const item of items) {
    const now = asked(item, row)
    if (unknown(given[item.name])) {
      if (now === true && !item.optional) found[item.name] = 'missing'
    } else if (now === false) found[item.name] = 'not_asked'
    else if (faultOf(item, given[item.name])) found[item.name] = faultOf(item, given[item.name])
  }
  return found
}

// Every question that is asked back, as [question, position of the person or null].
export function doubts(form, content, moment) {
  const { household, people } = rows(content, moment)
  return form.questions.flatMap((question) =>
    (question.of === 'household' ? [[null, household]] : [...people.entries()])
      .filter(([, row]) => value(question.holds, row) === false)
      .map(([position]) => [question, position]),
  )
}

// Answers to what is not asked any more are taken out; taking one out may leave another without its question.
export function pruned(form, content, moment) {
  for (let again = true; again; ) {
    again = false
    const { household, people } = rows(content, moment)
    const pairs = [[form.household, content, household], ...content.persons.map((one, n) => [form.persons, one, people[n]])]
    for (const [items, given, row] of pairs) {
      for (const item of items) {
        if (item.name in given && (unknown(given[item.name]) || asked(item, row) === false)) {
          delete given[item.name]
          again = true
        }
      }
    }
  }
  return content
}
