// Drawing: a border moved, a line across a grid, a new grid, neighbours picked, a building put down. What is drawn is
// sent to the page that shows what follows; nothing is written from here.
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode, TerraDrawSelectMode } from 'terra-draw'
import { TerraDrawMapLibreGLAdapter } from 'terra-draw-maplibre-gl-adapter'
import { round } from './data.js'

const NEAR = 14
const COLOURS = { line: '#b54700', fill: '#f0a35e' }

export class Drawing {
  // `whole` is told after each step whether what is drawn can be sent.
  constructor(stage, kind, grid, data, whole) {
    this.stage = stage
    this.kind = kind
    this.grid = grid
    const others = data.grids.filter((row) => (row !== grid || kind === 'draw') && row.polygons.length)
    this.rings = (kind === 'split' ? [grid] : others).flatMap((row) => row.polygons.flat())
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map: stage.map, coordinatePrecision: 9 }),
      modes: [this.mode()],
    })
    this.draw.on('finish', () => { this.finished = true; whole(Boolean(this.result())) })
    this.draw.on('change', () => whole(Boolean(this.result())))
    this.begin()
  }

  mode() {
    const snapping = { toCustom: (event, context) => this.snap(event, context) }
    if (this.kind === 'split') {
      return new TerraDrawLineStringMode({ snapping, styles: { lineStringColor: COLOURS.line, lineStringWidth: 4, closingPointColor: COLOURS.line, closingPointWidth: 7, snappingPointColor: COLOURS.line } })
    }
    if (this.kind === 'draw') {
      return new TerraDrawPolygonMode({ snapping, styles: { fillColor: COLOURS.fill, fillOpacity: 0.35, outlineColor: COLOURS.line, outlineWidth: 3, closingPointColor: COLOURS.line, closingPointWidth: 8 } })
    }
    return new TerraDrawSelectMode({
      pointerDistance: 24,
      flags: { polygon: { feature: { draggable: false, coordinates: { draggable: true, deletable: true, midpoints: { draggable: true }, snappable: snapping } } } },
      styles: { selectedPolygonColor: COLOURS.fill, selectedPolygonFillOpacity: 0.3, selectedPolygonOutlineColor: COLOURS.line, selectedPolygonOutlineWidth: 3, selectionPointColor: '#ffffff', selectionPointOutlineColor: COLOURS.line, selectionPointOutlineWidth: 3, selectionPointWidth: 7, midPointColor: COLOURS.line, midPointOutlineColor: '#ffffff', midPointOutlineWidth: 2, midPointWidth: 5 },
    })
  }

  begin() {
    this.finished = this.kind === 'border'
    this.draw.start()
    if (this.kind === 'border') {
      const coordinates = this.grid.polygons[0]
      const added = this.draw.addFeatures([{ id: this.draw.getFeatureId(), type: 'Feature', properties: { mode: 'polygon' }, geometry: { type: 'Polygon', coordinates: [coordinates[0]] } }])
      this.draw.setMode('select')
      if (added[0]?.valid) this.draw.selectFeature(added[0].id)
    } else {
      this.draw.setMode(this.kind === 'split' ? 'linestring' : 'polygon')
    }
  }

  // Onto a corner of a border when near one, else onto the line.
  snap(event, { project, unproject }) {
    const at = { x: event.containerX, y: event.containerY }
    let corner = null
    let line = null
    for (const ring of this.rings) {
      let before = null
      for (const point of ring) {
        const here = project(point[0], point[1])
        const far = Math.hypot(here.x - at.x, here.y - at.y)
        if (far < (corner?.far ?? NEAR)) corner = { far, point }
        if (before) {
          const foot = nearest(before, here, at)
          const away = Math.hypot(foot.x - at.x, foot.y - at.y)
          if (away < (line?.far ?? NEAR)) line = { far: away, foot }
        }
        before = here
      }
    }
    if (corner) return [corner.point[0], corner.point[1]]
    if (!line) return undefined
    const { lng, lat } = unproject(line.foot.x, line.foot.y)
    return [lng, lat]
  }

  // GeoJSON of what was drawn; null while there is nothing whole.
  result() {
    const wanted = this.kind === 'split' ? 'LineString' : 'Polygon'
    const found = this.draw.getSnapshot().find((feature) => feature.geometry.type === wanted && ['polygon', 'linestring'].includes(feature.properties.mode))
    if (!found) return null
    if (!this.finished && wanted === 'Polygon') return null
    const points = wanted === 'LineString' ? [...found.geometry.coordinates] : found.geometry.coordinates[0]
    if (!this.finished) points.pop() // where the pointer is, not a point that was set
    const rounded = points.map(([x, y]) => [round(x), round(y)]).filter(([x, y], place, all) => !place || x !== all[place - 1][0] || y !== all[place - 1][1])
    if (rounded.length < (wanted === 'LineString' ? 2 : 4)) return null
    return { type: wanted, coordinates: wanted === 'LineString' ? rounded : [rounded] }
  }

  again() {
    this.draw.stop()
    this.begin()
  }

  stop() {
    this.draw.stop()
  }
}

function nearest(a, b, at) {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length = dx * dx + dy * dy
  const share = length ? Math.max(0, Math.min(1, ((at.x - a.x) * dx + (at.y - a.y) * dy) / length)) : 0
  return { x: a.x + share * dx, y: a.y + share * dy }
}
