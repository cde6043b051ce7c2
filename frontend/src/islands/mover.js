// <form data-mover>: the QR code of a mover's slip holds the code behind the #, which no browser sends to a server. It is put
// into the field here and taken out of the address; without a script it is typed.

const form = document.querySelector('form[data-mover]')
const held = window.location.hash.slice(1)
if (form && /^[A-Za-z0-9-]{12,20}$/.test(held)) {
  form.elements.code.value = held
  history.replaceState(null, '', window.location.pathname)
}
