// The drawn map: its layers, what is chosen on it, where it looks. Labels are drawn with the fonts of the device.
import { AttributionControl, Map as MapLibre, NavigationControl, ScaleControl, setWorkerUrl } from 'maplibre-gl'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import { area, bounds, collection, count, middle } from './data.js'

const FONTS = ['system-ui', 'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif']
const TINTS = ['#dbe8f6', '#e6efdc', '#f6ead3', '#e9e2f2', '#d9ecec', '#f4e1e1']
const EMPTY = collection([])
const CHOSEN = '#b54700'

export function drawable() {
  return Boolean(document.createElement('canvas').getContext('webgl2'))
}

export async function stage(element, data, setup, handlers) {
  setWorkerUrl(new URL(workerUrl, document.baseURI).href)
  const points = [...data.grids, ...data.areas].flatMap((row) => row.polygons.flat(2))
  const whole = bounds(points.length ? points : data.buildings.filter((row) => row.point).map((row) => row.point))
  const { texts } = setup
  const blank = { version: 8, sources: {}, layers: [{ id: 'paper', type: 'background', paint: { 'background-color': '#eef1f4' } }] }
  const map = new MapLibre({
    container: element,
    style: blank,
    bounds: whole ?? undefined,
    fitBoundsOptions: { padding: 32 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    maxPitch: 0,
    fadeDuration: 0,
    localIdeographFontFamily: FONTS.join(','),
    locale: { 'Map.Title': texts.map, 'NavigationControl.ZoomIn': texts.zoomIn, 'NavigationControl.ZoomOut': texts.zoomOut },
  })
  map.touchZoomRotate.disableRotation()
  map.keyboard.disableRotation()
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right')
  map.addControl(new ScaleControl({ maxWidth: 120 }), 'bottom-left')
  if (setup.style) map.addControl(new AttributionControl({ compact: true }), 'bottom-right')
  await new Promise((resolve) => { map.once('load', resolve) })
  if (setup.style) await background(map, setup.style, handlers)
  layers(map, data, texts)
  listen(map, data, handlers)
  return controls(map, data, whole)
}

async function background(map, address, handlers) {
  try {
    const answer = await fetch(address)
    if (!answer.ok) throw new Error(`${answer.status}`)
    const style = await answer.json()
    for (const [name, source] of Object.entries(style.sources)) map.addSource(name, source)
    if (style.glyphs) map.setGlyphs(style.glyphs)
    if (typeof style.sprite === 'string') map.setSprite(style.sprite)
    for (const layer of style.layers) map.addLayer(layer.id === 'paper' ? { ...layer, id: 'background-paper' } : layer)
  } catch {
    handlers.note(handlers.texts.noStyle)
  }
}

function layers(map, data, texts) {
  const own = (row) => `${row.short}\n${count(row.people, data.below, texts)}`
  const grids = data.grids.filter((row) => row.polygons.length)
  map.addSource('grids', { type: 'geojson', data: collection(grids.map((row) => area(row, { tint: TINTS[row.number % TINTS.length] }))) })
  const bordered = data.areas.filter((row) => row.polygons.length)
  map.addSource('areas', { type: 'geojson', data: collection(bordered.map((row) => area(row, { level: row.level }))) })
  map.addSource('names', { type: 'geojson', data: collection([
    ...grids.map((row) => spot(middle(row.polygons), { kind: 'grid', name: own(row) })),
    ...bordered.map((row) => spot(middle(row.polygons), { kind: `level${row.level}`, name: row.name })),
    ...bordered.filter((row) => row.level === 5).map((row) => spot(top(row.polygons), { kind: 'above', name: row.name })),
  ].filter((feature) => feature.geometry.coordinates)) })
  map.addSource('buildings', { type: 'geojson', data: collection(data.buildings.filter((row) => row.point).map((row) => ({
    type: 'Feature', id: row.number, properties: { number: row.number, lost: row.grid < 0, label: row.label, size: Math.max(row.dwellings, 0) },
    geometry: { type: 'Point', coordinates: row.point },
  }))) })
  map.addSource('problems', { type: 'geojson', data: EMPTY })
  map.addSource('chosen', { type: 'geojson', data: EMPTY })
  const add = (id, type, source, paint, extra = {}) => map.addLayer({ id, type, source, paint, ...extra })
  add('grid-fill', 'fill', 'grids', { 'fill-color': ['get', 'tint'], 'fill-opacity': 0.75 })
  add('grid-line', 'line', 'grids', { 'line-color': '#5b7ea6', 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 0.6, 15, 1.6] })
  add('area-line', 'line', 'areas', {
    'line-color': '#0d2b4d', 'line-width': ['match', ['get', 'level'], 5, 2, 4, 3, 4],
  }, { layout: { 'line-join': 'round' } })
  add('chosen-fill', 'fill', 'chosen', { 'fill-color': CHOSEN, 'fill-opacity': 0.16 }, { filter: ['==', ['geometry-type'], 'Polygon'] })
  add('chosen-line', 'line', 'chosen', { 'line-color': CHOSEN, 'line-width': 3.5 })
  add('problem-fill', 'fill', 'problems', { 'fill-color': '#b8252d', 'fill-opacity': 0.45 }, { filter: ['==', ['geometry-type'], 'Polygon'] })
  add('problem-line', 'line', 'problems', { 'line-color': '#b8252d', 'line-width': 3 })
  add('building-dot', 'circle', 'buildings', {
    'circle-color': ['case', ['get', 'lost'], '#b8252d', '#0b57a8'],
    'circle-radius': ['interpolate', ['linear'], ['zoom'], 11, 1.2, 14, ['interpolate', ['linear'], ['get', 'size'], 1, 2.5, 100, 5], 17, ['interpolate', ['linear'], ['get', 'size'], 1, 6, 100, 12]],
    'circle-stroke-color': '#fff', 'circle-stroke-width': ['interpolate', ['linear'], ['zoom'], 12, 0.3, 15, 1.2],
  })
  add('problem-dot', 'circle', 'problems', {
    'circle-color': 'rgba(0,0,0,0)', 'circle-radius': 11, 'circle-stroke-color': '#b8252d', 'circle-stroke-width': 3,
  }, { filter: ['==', ['geometry-type'], 'Point'] })
  add('chosen-dot', 'circle', 'chosen', {
    'circle-color': CHOSEN, 'circle-radius': 8, 'circle-stroke-color': '#fff', 'circle-stroke-width': 2.5,
  }, { filter: ['==', ['geometry-type'], 'Point'] })
  const text = (id, kind, size, extra = {}) => add(id, 'symbol', 'names', {
    'text-color': '#17212e', 'text-halo-color': '#ffffff', 'text-halo-width': 2.4, ...extra.paint,
  }, { filter: ['==', ['get', 'kind'], kind], minzoom: extra.minzoom ?? 0, maxzoom: extra.maxzoom ?? 24, layout: {
    'text-field': ['get', 'name'], 'text-font': FONTS, 'text-size': size, 'text-max-width': 12, 'text-line-height': 1.25, 'text-padding': 2, ...extra.layout,
  } })
  text('grid-name', 'grid', 14, { minzoom: 13 })
  text('community-above', 'above', 15, { minzoom: 13, paint: { 'text-color': '#0d2b4d' }, layout: { 'text-anchor': 'top', 'text-offset': [0, 0.4], 'text-max-width': 20 } })
  text('community-name', 'level5', 15, { maxzoom: 13, minzoom: 10, paint: { 'text-color': '#0d2b4d' } })
  text('township-name', 'level4', 16, { maxzoom: 10.5, paint: { 'text-color': '#0d2b4d' } })
  map.addLayer({ id: 'building-name', type: 'symbol', source: 'buildings', minzoom: 16.3,
    paint: { 'text-color': '#17212e', 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 },
    layout: { 'text-field': ['get', 'label'], 'text-font': FONTS, 'text-size': 12, 'text-offset': [0, 1.1], 'text-anchor': 'top', 'text-max-width': 10 } })
}

// The middle of the upper edge, where the name of what its parts fill stands free.
function top(polygons) {
  const [[west], [east, north]] = bounds(polygons.flat(2))
  return [(west + east) / 2, north]
}

function spot(coordinates, properties) {
  return { type: 'Feature', properties, geometry: { type: 'Point', coordinates } }
}

function listen(map, data, handlers) {
  // Says when all is drawn and still.
  const state = document.documentElement.dataset
  map.on('movestart', () => { delete state.still })
  map.on('sourcedataloading', () => { delete state.still })
  map.on('idle', () => { state.still = '1' })
  map.on('click', (event) => {
    const near = [[event.point.x - 8, event.point.y - 8], [event.point.x + 8, event.point.y + 8]]
    const dots = map.queryRenderedFeatures(near, { layers: ['building-dot'] })
    const fields = map.queryRenderedFeatures(event.point, { layers: ['grid-fill'] })
    handlers.click({
      point: [event.lngLat.lng, event.lngLat.lat],
      building: dots.length ? data.buildings[dots[0].properties.number] : null,
      grid: fields.length ? data.grids[fields[0].properties.number] : null,
    })
  })
  map.on('mousemove', (event) => {
    const over = map.queryRenderedFeatures(event.point, { layers: ['building-dot', 'grid-fill'] })
    map.getCanvas().style.cursor = over.length ? 'pointer' : ''
  })
}

function controls(map, data, whole) {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  // `covered` is how much of each side lies under the panel or the tools.
  const look = (box, limit, covered = {}) => {
    if (!box) return
    const padding = Object.fromEntries(['top', 'right', 'bottom', 'left'].map((side) => [side, (covered[side] ?? 0) + 32]))
    map.fitBounds(box, { padding, maxZoom: limit, animate: !still, duration: 500 })
  }
  return {
    map,
    choose(rows, { zoom = true, covered = {} } = {}) {
      const features = rows.map((row) => (row.polygons ? area(row) : spot(row.point, {}))).filter((one) => one.geometry.coordinates)
      map.getSource('chosen').setData(collection(features))
      if (!zoom || !features.length) return
      const points = rows.flatMap((row) => (row.polygons ? row.polygons.flat(2) : [row.point]))
      look(bounds(points), rows[0].polygons ? 17 : 16.8, covered)
    },
    mark(features) { map.getSource('problems').setData(collection(features)) },
    goTo(geometry) { look(bounds(flat(geometry.coordinates)), 16.8) },
    home() { look(whole, 24) },
    hideGrid(row) { map.setFilter('grid-fill', row ? ['!=', ['get', 'number'], row.number] : null) },
  }
}

function flat(coordinates) {
  return typeof coordinates[0] === 'number' ? [coordinates] : coordinates.flatMap(flat)
}
