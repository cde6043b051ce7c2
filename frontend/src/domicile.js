// The whole of the site's own JavaScript: small islands over pages that work as plain HTML.
import './tabler.scss'
import './domicile.css'
import './ledger.css'
import './print.css'
import './islands/clipboard.js'
import './islands/dialogs.js'
import './islands/forms.js'
import './islands/ledger.js'
