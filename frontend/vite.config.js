import { defineConfig } from 'vite'

// File names carry no hash: Django's static files storage adds its own when it serves them.
// Four entries: what every page loads, the map with its library, which only the page of the map loads, the page at which
// households answer the census, and the check of certificates; these two are pages of their own for everybody.
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
      input: { domicile: 'src/domicile.js', map: 'src/map.js', certificate: 'src/certificate.js', selfenum: 'src/selfenum.js' },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'map-[name].js',
        assetFileNames: (asset) => NAMES[asset.names[0]] ?? '[name][extname]',
      },
    },
  },
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
})
