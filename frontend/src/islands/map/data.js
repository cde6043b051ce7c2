// One request brings everything; here its columns become features. Shapes are flat lists of steps from an origin, each
// point the difference to the one before (apps/maps/drawing.py says how they are written).

export async function load(address) {
  const answer = await fetch(address, { headers: { Accept: 'application/json' }, credentials: 'same-origin' })
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`)
  return unpack(await answer.json())
}

function unpack(raw) {
  const [west, south] = raw.origin
  const degrees = (x, y) => [round(west + x * raw.step), round(south + y * raw.step)]
  const ring = (flat) => {
    const points = []
    let x = 0
    let y = 0
    for (let at = 0; at < flat.length; at += 2) {
      x += flat[at]
      y += flat[at + 1]
      points.push(degrees(x, y))
    }
    return points
  }
  const areas = rows(raw.areas, (row) => { row.polygons = row.shape.map((rings) => rings.map(ring)) })
  const grids = rows(raw.grids, (row) => {
    row.polygons = row.shape.map((rings) => rings.map(ring))
    row.area = areas.find((area) => area.level === 5 && row.code.startsWith(area.code))
    row.short = row.area && row.name.startsWith(row.area.name) ? row.name.slice(row.area.name.length) || row.name : row.name
  })
  const buildings = rows(raw.buildings, (row) => {
    row.point = row.x === null || row.y === null ? null : degrees(row.x, row.y)
    row.inGrid = grids[row.grid]
    row.inArea = areas[row.area]
  })
  return { asOf: raw.as_of, exact: raw.exact, below: raw.below, areas, grids, buildings }
}

function rows(columns, complete) {
  const names = Object.keys(columns)
  return columns.id.map((_, number) => {
    const row = { number }
    for (const name of names) row[name] = columns[name][number]
    complete(row)
    return row
  })
}

export function round(value) {
  return Math.round(value * 1e6) / 1e6
}

// A count with its word: the one for a single, or the one for several.
export function several(value, below, [one, more], texts) {
  return (value === 1 ? one : more).replace('{count}', count(value, below, texts))
}

// A count as it may be shown: -1 is a small one, -n about n.
export function count(value, below, texts) {
  if (value === -1) return `<${below}`
  return value >= 0 ? grouped(value) : texts.about.replace('{count}', grouped(-value))
}

// 1,167 as on all other pages, whatever the language of the browser is.
export function grouped(value) {
  return value.toLocaleString('en')
}

export function collection(features) {
  return { type: 'FeatureCollection', features }
}

export function area(row, properties = {}) {
  return {
    type: 'Feature',
    id: row.number,
    properties: { number: row.number, ...properties },
    geometry: { type: 'MultiPolygon', coordinates: row.polygons },
  }
}

export function bounds(points) {
  const box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) {
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  return box[0] === Infinity ? null : [[box[0], box[1]], [box[2], box[3]]]
}

// The middle of the largest part, weighted by area: inside for the shapes that grids have.
export function middle(polygons) {
  let best = null
  for (const [outer] of polygons) {
    let size = 0
    let x = 0
    let y = 0
    const [x0, y0] = outer[0]
    for (let at = 0; at < outer.length - 1; at += 1) {
      const [ax, ay] = [outer[at][0] - x0, outer[at][1] - y0]
      const [bx, by] = [outer[at + 1][0] - x0, outer[at + 1][1] - y0]
      const cross = ax * by - bx * ay
      size += cross
      x += (ax + bx) * cross
      y += (ay + by) * cross
    }
    if (size && (!best || Math.abs(size) > best.size)) {
      best = { size: Math.abs(size), point: [x0 + x / (3 * size), y0 + y / (3 * size)] }
    }
  }
  return best ? best.point : null
}
