// A form is sent once, however often it is tapped on a slow line: `data-once` on the form.
// A choice that takes effect at once: `data-submit-on-change` on a select (the language, the purpose).

document.addEventListener('submit', (event) => {
  if (!event.target.matches('form[data-once]')) return
  if (event.target.dataset.sent) {
    event.preventDefault()
    return
  }
  event.target.dataset.sent = '1'
  event.target.setAttribute('aria-busy', 'true')
})

// Coming back with the browser's "back" shows the page as it was left: let it be sent again.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) {
    delete form.dataset.sent
    form.removeAttribute('aria-busy')
  }
})

document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submit-on-change]')) event.target.form.requestSubmit()
})
