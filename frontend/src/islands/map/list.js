// The list beside the map does what the map does, by keyboard too: arrows move, Enter chooses, typing finds.
import { grouped, several } from './data.js'

const MOST = 200

export class List {
  constructor(data, setup, handlers) {
    this.rows = { grids: data.grids, buildings: byAddress(data.buildings) }
    this.below = data.below
    this.setup = setup
    this.handlers = handlers
    this.kind = 'grids'
    this.findings = null
    this.box = document.getElementById('map-list')
    this.search = document.getElementById('map-search')
    this.tabs = [...document.querySelectorAll('[role=tab][data-list]')]
    this.search.addEventListener('input', () => this.draw())
    this.search.addEventListener('keydown', (event) => {
      if (event.key === 'ArrowDown') { event.preventDefault(); this.items()[0]?.focus() }
    })
    this.box.addEventListener('keydown', (event) => this.move(event))
    this.tabs.forEach((tab, place) => {
      tab.addEventListener('click', () => this.show(tab.dataset.list))
      tab.addEventListener('keydown', (event) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
        if (!step) return
        const next = this.tabs[(place + step + this.tabs.length) % this.tabs.length]
        next.focus()
        this.show(next.dataset.list)
      })
    })
    this.draw()
  }

  show(kind) {
    this.kind = kind
    for (const tab of this.tabs) {
      const here = tab.dataset.list === kind
      tab.setAttribute('aria-selected', String(here))
      tab.tabIndex = here ? 0 : -1
      if (here) this.box.setAttribute('aria-labelledby', tab.id)
    }
    this.search.closest('.map-search').hidden = kind === 'problems'
    this.draw()
  }

  // The row that the panel shows.
  mark(row) {
    this.chosen = row?.id
    for (const button of this.items()) {
      if (row && button.dataset.row === row.id) button.setAttribute('aria-current', 'true')
      else button.removeAttribute('aria-current')
    }
  }

  items() {
    return [...this.box.querySelectorAll('button')]
  }

  move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key]
    if (!step) return
    event.preventDefault()
    const items = this.items()
    const at = items.indexOf(document.activeElement) + step
    if (at < 0 && step === -1) this.search.focus()
    else items[Math.max(0, Math.min(items.length - 1, at))]?.focus()
  }

  draw() {
    if (this.kind === 'problems') { this.drawProblems(); return }
    const { texts } = this.setup
    const words = this.search.value.trim().toLowerCase().split(/\s+/).filter(Boolean)
    const rows = this.rows[this.kind].filter((row) => {
      const text = `${row.name ?? row.label} ${row.code ?? ''} ${row.inArea?.name ?? ''} ${row.inGrid?.name ?? ''}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    const list = element('ul', 'map-items')
    for (const row of rows.slice(0, MOST)) list.append(this.item(row))
    const shown = texts.shown.replace('{shown}', Math.min(rows.length, MOST)).replace('{total}', grouped(rows.length))
    this.box.replaceChildren(element('p', 'map-count', rows.length > MOST ? shown : ''), rows.length ? list : element('p', 'map-empty', texts.nothing))
  }

  item(row) {
    const { texts } = this.setup
    const button = element('button', 'map-item')
    button.type = 'button'
    button.dataset.row = row.id
    if (row.id === this.chosen) button.setAttribute('aria-current', 'true')
    const figures = `${several(row.people, this.below, texts.people, texts)} · ${several(row.dwellings, this.below, texts.dwellings, texts)}`
    let place = row.polygons ? row.code : row.inGrid?.name ?? `${row.inArea?.name ?? ''} ${texts.noGrid}`
    if (row.polygons && !row.polygons.length) place += ` · ${texts.noBorder}`
    if (!row.polygons && !row.point) place += ` · ${texts.noPlace}`
    button.append(element('span', 'map-item-name', row.name ?? row.label), element('span', 'map-item-note', place), element('span', 'map-item-note', figures))
    button.addEventListener('click', () => this.handlers.choose(row, button))
    const item = element('li')
    item.append(button)
    return item
  }

  async drawProblems() {
    const { texts } = this.setup
    if (!this.findings) {
      this.box.replaceChildren(element('p', 'map-empty', texts.loading))
      try {
        const answer = await fetch(this.setup.checks, { credentials: 'same-origin' })
        if (!answer.ok) throw new Error(`${answer.status}`)
        this.findings = await answer.json()
      } catch {
        this.box.replaceChildren(element('p', 'map-empty', texts.noData))
        return
      }
      this.handlers.found(this.findings.findings)
    }
    if (this.kind !== 'problems') return
    const list = element('ul', 'map-items')
    for (const finding of this.findings.findings) {
      const item = element('li', `map-problem is-${finding.severity}`)
      item.append(element('p', '', finding.message))
      if (finding.geometry && this.handlers.canZoom()) {
        const button = element('button', 'btn btn-secondary', texts.zoomThere)
        button.type = 'button'
        button.addEventListener('click', () => this.handlers.goTo(finding.geometry))
        item.append(button)
      }
      list.append(item)
    }
    const more = this.findings.more ? texts.more.replace('{count}', this.findings.findings.length) : ''
    this.box.replaceChildren(element('p', 'map-count', more), this.findings.findings.length ? list : element('p', 'map-empty', texts.none))
  }
}

// As people look for it: by grid, then 2号 before 11号.
function byAddress(rows) {
  const order = new Intl.Collator('zh', { numeric: true })
  return [...rows].sort((a, b) => a.area - b.area || a.grid - b.grid || order.compare(a.label, b.label))
}

export function element(name, css = '', text = '') {
  const made = document.createElement(name)
  if (css) made.className = css
  if (text !== '') made.textContent = text
  return made
}
