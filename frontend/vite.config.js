import { defineConfig } from 'vite'

// File names carry no hash: Django's static files storage adds its own when it serves them.
// Two entries: what every page loads, and the map with its library, which only the page of the map loads.
const NAMES = { 'maplibre-gl-worker.mjs': 'map-worker.js' }

export default defineConfig({
  base: './',
  build: {
    outDir: '../src/domicile/site/static/build',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: true,
    modulePreload: false,
    // The library of the map is one file of a megabyte, by design.
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { domicile: 'src/domicile.js', map: 'src/map.js' },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'map-[name].js',
        assetFileNames: (asset) => NAMES[asset.names[0]] ?? '[name][extname]',
      },
    },
  },
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
})
