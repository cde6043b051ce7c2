import { defineConfig } from 'vite'

// File names carry no hash: Django's static files storage adds its own when it serves them.
export default defineConfig({
  base: './',
  build: {
    outDir: '../src/domicile/site/static/build',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    modulePreload: false,
    rollupOptions: {
      input: 'src/domicile.js',
      output: {
        entryFileNames: 'domicile.js',
        assetFileNames: 'domicile[extname]',
      },
    },
  },
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
})
