// The page of the map: the list, the drawn map where the device can, the panel of what is chosen, the tools.
import { load, several } from './data.js'
import { List } from './list.js'

const at = (id) => document.getElementById(id)

export async function start(setup) {
  const page = new Page(setup)
  try {
    page.data = await load(setup.data)
  } catch {
    page.note(setup.texts.noData)
    at('map-facts').textContent = ''
    return
  }
  await page.open()
}

class Page {
  constructor(setup) {
    this.setup = setup
    this.texts = setup.texts
    this.tool = null
    at('map-close').addEventListener('click', () => this.close())
    at('map-done').addEventListener('click', () => this.send())
    at('map-again').addEventListener('click', () => this.anew())
    at('map-cancel').addEventListener('click', () => this.stopTool())
    at('map-panel-body').addEventListener('click', (event) => this.followed(event))
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return
      if (this.tool) this.stopTool()
      else this.close()
    })
    window.addEventListener('hashchange', () => this.goToHash())
  }

  note(text) {
    at('map-note').textContent = text
    at('map-note').hidden = !text
  }

  address(name, id) {
    const key = `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`
    return this.setup.addresses[name].replace(this.setup.nothing, key)
  }

  async open() {
    const { data, texts } = this
    this.list = new List(data, this.setup, {
      choose: (row, opener) => this.choose(row, { opener }),
      goTo: (geometry) => { this.close({ back: false }); this.inView(); this.stage.goTo(geometry) },
      canZoom: () => Boolean(this.stage),
      found: (findings) => this.stage?.mark(findings.filter((one) => one.geometry).map((one) => ({ type: 'Feature', properties: {}, geometry: one.geometry }))),
    })
    at('map-facts').textContent = `${several(data.grids.length, 0, texts.grids)} · ${several(data.buildings.length, 0, texts.buildings)}`
    const drawn = await import('./stage.js')
    if (drawn.drawable()) {
      try {
        this.stage = await drawn.stage(at('map-canvas'), data, this.setup, { click: (hit) => this.clicked(hit), note: (text) => this.note(text), texts })
      } catch {
        this.stage = null
      }
    }
    if (!this.stage) {
      at('map-page').classList.add('is-listed')
      this.note(texts.noMap)
    }
    this.goToHash()
    document.documentElement.dataset.map = this.stage ? 'drawn' : 'listed'
  }

  goToHash() {
    const [name, value = ''] = window.location.hash.slice(1).split('=')
    const kind = { grid: 'grids', building: 'buildings' }[name]
    const row = kind && this.data[kind].find((one) => one.id === value)
    if (row) this.choose(row)
    if (name === 'problems') this.list.show('problems')
    const point = value.split(',').map(Number)
    if (name === 'at' && point.length === 2 && point.every(Number.isFinite)) {
      this.list.show('problems')
      this.stage?.goTo({ type: 'Point', coordinates: point })
    }
  }

  clicked(hit) {
    if (this.tool?.kind === 'place') this.putDown(hit.point)
    else if (this.tool?.kind === 'merge') this.pick(hit.grid)
    else if (!this.tool && (hit.building || hit.grid)) this.choose(hit.building ?? hit.grid, { zoom: false })
  }

  choose(row, { zoom = true, opener = null } = {}) {
    if (this.tool) return
    this.chosen = row
    this.opener = opener
    this.list.mark(row)
    at('map-panel').hidden = false
    this.stage?.choose([row].filter((one) => one.polygons?.length || one.point), { zoom, covered: this.covered() })
    this.inView()
    this.fill(this.address(row.polygons ? 'grid' : 'building', row.id))
  }

  // Below the list of a phone the map is out of sight when a row of the list is chosen.
  inView() {
    const part = this.stage ? at('map-canvas') : at('map-panel')
    part.scrollIntoView({ block: 'nearest' })
  }

  // What of the map the panel or the tools cover: the panel a side or, on a phone, the lower part.
  covered() {
    const box = at('map-canvas').getBoundingClientRect()
    if (!at('map-tools').hidden) return { top: at('map-tools').getBoundingClientRect().bottom - box.top }
    if (at('map-panel').hidden) return {}
    const panel = at('map-panel').getBoundingClientRect()
    if (panel.width > box.width * 0.9) return { bottom: box.height * 0.6 }
    const left = panel.right - box.left
    return box.width - left > 200 ? { left } : {}
  }

  async fill(address) {
    const body = at('map-panel-body')
    at('map-panel').hidden = false
    body.textContent = this.texts.loading
    try {
      const answer = await fetch(address, { headers: { 'X-Map': '1' }, credentials: 'same-origin' })
      if (answer.redirected) { window.location.assign(answer.url); return }
      if (!answer.ok) throw new Error(`${answer.status}`)
      body.innerHTML = await answer.text()
      body.focus({ preventScroll: true })
      this.inView()
    } catch {
      body.textContent = this.texts.noData
    }
  }

  close({ back = true } = {}) {
    if (at('map-panel').hidden) return
    at('map-panel').hidden = true
    this.stage?.choose([])
    this.chosen = null
    this.list.mark(null)
    if (back && this.opener?.isConnected) this.opener.focus()
  }

  // A link of the panel that stays in the panel, or one that starts a tool where the map is drawn.
  followed(event) {
    const link = event.target.closest('a')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    if (link.dataset.tool && this.stage) {
      const row = this.data[link.dataset.tool === 'place' ? 'buildings' : 'grids'].find((one) => one.id === link.dataset.id)
      // A grid of several parts, or with holes, is redrawn by text.
      const simple = row?.polygons?.length === 1 && row.polygons[0].length === 1
      if (!row || (link.dataset.tool === 'border' && row.polygons.length && !simple)) return
      event.preventDefault()
      this.startTool(link.dataset.tool === 'border' && !simple ? 'draw-own' : link.dataset.tool, row, link.href)
    } else if ('panel' in link.dataset) {
      event.preventDefault()
      const row = this.data.buildings.find((one) => one.id === link.dataset.building)
      if (row) this.choose(row)
      else this.fill(link.href)
    }
  }

  async startTool(kind, row, address) {
    this.close({ back: false })
    const hints = { border: 'redrawHint', 'draw-own': 'drawHint', draw: 'drawHint', split: 'splitHint', merge: 'mergeHint', place: 'placeHint' }
    this.tool = { kind, row, address, picked: [], hint: this.texts[hints[kind]] }
    at('map-hint').textContent = this.tool.hint
    at('map-tools').hidden = false
    at('map-done').hidden = kind === 'place'
    at('map-done').textContent = kind === 'draw' || kind === 'split' ? this.texts.nameIt : this.texts.follows
    at('map-again').hidden = kind === 'place'
    at('map-done').disabled = true
    this.inView()
    const covered = this.covered()
    this.stage.choose([row].filter((one) => one.polygons?.length || one.point), { covered })
    if (['border', 'draw', 'draw-own', 'split'].includes(kind)) {
      const { Drawing } = await import('./tools.js')
      if (!this.tool) return // cancelled meanwhile
      if (kind !== 'split') this.stage.choose([])
      const whole = (ready) => { at('map-done').disabled = !ready }
      this.drawing = new Drawing(this.stage, kind === 'draw-own' ? 'draw' : kind, row, this.data, whole)
    }
    at('map-tools').focus({ preventScroll: true })
    document.documentElement.dataset.tool = kind
  }

  pick(grid) {
    const { row, picked } = this.tool
    if (!grid || grid === row || grid.code.slice(0, 12) !== row.code.slice(0, 12)) return
    this.tool.picked = picked.includes(grid) ? picked.filter((one) => one !== grid) : [...picked, grid]
    this.stage.choose([row, ...this.tool.picked], { zoom: false })
    const names = this.tool.picked.map((one) => one.short).join(', ')
    at('map-done').disabled = !names
    at('map-hint').textContent = names ? this.texts.chosen.replace('{names}', names) : this.tool.hint
  }

  putDown([longitude, latitude]) {
    this.post(this.tool.address, { longitude: longitude.toFixed(6), latitude: latitude.toFixed(6) })
  }

  send() {
    const { kind, address, picked } = this.tool
    if (kind === 'merge') {
      if (picked.length) this.post(address, { others: picked.map((one) => this.address('grid', one.id).split('/').at(-2)) })
      return
    }
    const shape = this.drawing?.result()
    if (!shape) return
    if (kind === 'split') this.post(address, { line: JSON.stringify(shape), from_map: '1' })
    else this.post(address, { boundary: JSON.stringify(shape), neighbours_follow: 'on', ...(kind === 'draw' ? { from_map: '1' } : {}) })
  }

  post(address, values) {
    const form = at('map-form')
    form.action = address
    // What was sent before the reader came back to this page does not go along.
    for (const sent of form.querySelectorAll('input:not([name=csrfmiddlewaretoken])')) sent.remove()
    for (const [name, value] of Object.entries(values)) {
      for (const one of [value].flat()) {
        const input = document.createElement('input')
        Object.assign(input, { type: 'hidden', name, value: one })
        form.append(input)
      }
    }
    form.submit()
  }

  anew() {
    at('map-done').disabled = true
    this.drawing?.again()
    if (this.tool.kind === 'merge') { this.tool.picked = []; this.stage.choose([this.tool.row], { zoom: false }) }
    at('map-hint').textContent = this.tool.hint
  }

  stopTool() {
    this.drawing?.stop()
    this.drawing = null
    const { row } = this.tool
    this.tool = null
    at('map-tools').hidden = true
    delete document.documentElement.dataset.tool
    this.choose(row)
  }
}
