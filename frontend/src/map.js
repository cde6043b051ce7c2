// The page of the map. Loaded by no other page.
import 'maplibre-gl/dist/maplibre-gl.css'
import './map.css'
import { start } from './islands/map/page.js'

start(JSON.parse(document.getElementById('map-setup').textContent))
